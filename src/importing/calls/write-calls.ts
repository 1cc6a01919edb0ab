import type { DraftField, DraftObject } from '../draft.ts';
import { distributeNames } from '../distribute-names.ts';
import { importFault } from '../import-fault.ts';
import { writeOutput } from '../json-schema/write-output.ts';
import type { Writing } from '../json-schema/writing.ts';
import { toPascalCase } from '../words.ts';
import { type Call, callFieldNames, isGet, saidName } from './call.ts';
import { type CalledEntity, calledEntityDirectives } from './called-entities.ts';
import { writeCallField, writeCallResult } from './write-call.ts';
import { writeEntityField } from './write-entity-field.ts';

/** The root types with a field for each call, and the entities with theirs. */
export function writeCalls(
  calls: readonly Call[],
  entities: ReadonlyMap<string, CalledEntity>,
  writing: Writing,
): readonly DraftObject[] {
  const known = [...entities.values()];
  for (const { schema } of known) writeOutput(schema.at, '', writing);
  const asked = calls.filter((call) => !known.some((entity) => entity.isBatched && entity.call === call));
  const ofTypes = asked.filter((call) => saidName(call)?.includes('.'));
  const written = (['query', 'mutation', 'subscription'] as const).map((kind): DraftObject => {
    const own = asked.filter((call) => call.kind === kind && !ofTypes.includes(call));
    return { kind: 'object', name: toPascalCase(kind), directives: [], fields: writeRootFields(own, known, writing) };
  });
  for (const call of ofTypes) writeTypeField(call, writing);
  for (const { schema, directives } of writing.objects.values()) {
    const entity = entities.get(schema.key);
    if (entity !== undefined) directives.push(...calledEntityDirectives(entity, writing));
  }
  return written;
}

/** `x-selvedge-name: Product.shippingEstimate`. */
function writeTypeField(call: Call, writing: Writing): void {
  const [type = '', name = ''] = saidName(call)?.split('.') ?? [];
  const owner = writing.objects.get(type);
  if (owner === undefined) {
    const known = [...writing.objects.keys()].join(', ');
    throw importFault('IMPORT_UNSUPPORTED', `x-selvedge-name: ${type}.${name} names a type that nothing answers.`, {
      remedy: `Choose from: ${known}.`,
    });
  }
  writeEntityField({ call, name }, owner, writing);
}

function writeRootFields(
  calls: readonly Call[],
  entities: readonly CalledEntity[],
  writing: Writing,
): readonly DraftField[] {
  const names = distributeNames(calls.map((thing) => ({ thing, candidates: callFieldNames(thing) })));
  const plans = calls.map((call) => ({
    call,
    name: names.get(call) ?? '',
    keys: keysOf(call, entities, writing),
    ofParent: [],
  }));
  const results = plans.map((plan) => ({ plan, result: writeCallResult(plan, writing) }));
  return results.map(({ plan, result }) => writeCallField(plan, result, writing));
}

/** The fields of a request that are an entity's key: `GetStock(sku)` has it too, where many are fetched by `BatchGetStock`. */
function keysOf(
  { request, answer, words }: Call,
  entities: readonly CalledEntity[],
  { read }: Writing,
): ReadonlySet<string> {
  const gives = answer === undefined || !isGet(words) ? undefined : read(answer.at).key;
  const entity = entities.find(({ schema }) => schema.key === gives);
  const names = [...(entity?.keys ?? [])].flat();
  return new Set(names.filter((name) => request.properties.has(name)));
}
