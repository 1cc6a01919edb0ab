import { type Description, describeFiles, fieldsOf } from '../description.ts';
import { distributeNames } from '../distribute-names.ts';
import type { DraftField, DraftObject } from '../draft.ts';
import { fieldNaming } from '../field-naming.ts';
import { importFault } from '../import-fault.ts';
import { countCalls, type Imported, listEntities, listPlaces } from '../import-report.ts';
import { schemaReader } from '../json-schema/flat-schema.ts';
import { findReferences } from '../json-schema/references.ts';
import { writeOutput } from '../json-schema/write-output.ts';
import { startWriting, type Writing } from '../json-schema/writing.ts';
import { componentTypeNames, createTypeNames } from '../type-names.ts';
import { usedTypes } from '../used-types.ts';
import { toPascalCase } from '../words.ts';
import { findProtoEntities, type ProtoEntity, protoEntityDirectives } from './entities.ts';
import type { LoadedProtos } from './load-protos.ts';
import { readMessageSchemas } from './message-schemas.ts';
import { type Method, methodFieldNames, readMethod } from './method.ts';
import { writeEntityField } from './write-entity-field.ts';
import { writeMethodField, writeMethodResult } from './write-method.ts';

/** The services of a .proto file or descriptor set as a subgraph schema. Throws a ProblemsError where there is none. */
export function importProto(loaded: LoadedProtos, subgraph: string): Imported {
  const { file, services } = loaded;
  const all = services.flatMap((service) => service.methodsArray);
  if (all.length === 0) {
    throw importFault('IMPORT_UNSUPPORTED', `${file} has no service with a method.`, {
      remedy: 'Import the file that holds the service.',
      place: { file, line: 1, column: 1 },
    });
  }
  const description = describeMessages(loaded);
  const read = schemaReader(description);
  const known = all.map((method) => ({ method, readable: readMethod(method, description, read) }));
  const methods = known.flatMap(({ readable }) => readable ?? []);
  const entities = findProtoEntities(methods, read);
  const writing = startWriting({
    read,
    naming: fieldNaming(undefined),
    names: createTypeNames(),
    typeNameOf: typeNames(description),
    hints: {
      keyProperties: ({ key }) => [...(entities.get(key)?.keys.values() ?? [])],
      reference: findReferences(entities),
    },
  });
  const draft = {
    comments: [],
    settings: [],
    types: usedTypes([...writeRoots(methods, entities, writing), ...writing.types.values()]),
  };
  return {
    draft,
    report: {
      operations: all.length,
      fields: countCalls(draft),
      types: draft.types.length,
      entities: listEntities(draft),
      leftOut: known.flatMap(({ method, readable }) =>
        readable === undefined
          ? [{ what: method.fullName.slice(1), at: file, why: 'it takes a stream of requests' }]
          : [],
      ),
      json: listPlaces(writing.json),
      simplified: listPlaces(writing.simplified),
      config: [`graph.subgraphs.${subgraph}: { url: grpc://HOST:PORT or grpcs://HOST:PORT, proto: ${file} }`],
    },
  };
}

function describeMessages({ roots, file }: LoadedProtos): Description {
  const placeOf = () => ({ file, line: 1, column: 1 });
  return describeFiles(file, new Map([[file, { name: file, value: readMessageSchemas(roots), placeOf }]]));
}

function typeNames({ root }: Description): (component: string) => string {
  const components = Object.values(fieldsOf(root)).flatMap((schemas) => Object.keys(schemas as object));
  const names = componentTypeNames(components);
  return (component) => names.get(component) ?? toPascalCase(component);
}

function writeRoots(
  methods: readonly Method[],
  entities: ReadonlyMap<string, ProtoEntity>,
  writing: Writing,
): readonly DraftObject[] {
  for (const { schema } of entities.values()) writeOutput(schema.at, '', writing);
  const asked = methods.filter(
    (method) => ![...entities.values()].some((entity) => entity.isBatched && entity.method === method),
  );
  const ofTypes = asked.filter(({ notes }) => notes['x-selvedge-name']?.includes('.'));
  const ofRoots = asked.filter((method) => !ofTypes.includes(method));
  const roots = (['query', 'mutation', 'subscription'] as const).map((kind): DraftObject => {
    const own = ofRoots.filter((method) => method.kind === kind);
    return {
      kind: 'object',
      name: toPascalCase(kind),
      directives: [],
      fields: writeRootFields(own, entities, writing),
    };
  });
  for (const method of ofTypes) {
    const [type = '', name = ''] = method.notes['x-selvedge-name']?.split('.') ?? [];
    const owner = writing.objects.get(type);
    if (owner !== undefined) writeEntityField({ method, name }, owner, writing);
  }
  for (const { schema, directives } of writing.objects.values()) {
    const entity = entities.get(schema.key);
    if (entity !== undefined) directives.push(...protoEntityDirectives(entity));
  }
  return roots;
}

function writeRootFields(
  methods: readonly Method[],
  entities: ReadonlyMap<string, ProtoEntity>,
  writing: Writing,
): readonly DraftField[] {
  const names = distributeNames(methods.map((thing) => ({ thing, candidates: candidatesFor(thing) })));
  const plans = methods.map((method) => ({
    method,
    name: names.get(method) ?? '',
    keys: keysOf(method, [...entities.values()], writing),
    ofParent: [],
  }));
  const results = plans.map((plan) => writeMethodResult(plan, writing));
  return plans.map((plan, index) =>
    writeMethodField(plan, results[index] ?? { type: 'JSON', select: undefined }, writing),
  );
}

function candidatesFor(method: Method): readonly string[] {
  const given = method.notes['x-selvedge-name'];
  return given === undefined ? methodFieldNames(method) : [given];
}

/** The fields of a request that are an entity's key: `GetStock(sku)` has it too, where many are fetched by `BatchGetStock`. */
function keysOf(
  { request, answer, words }: Method,
  entities: readonly ProtoEntity[],
  { read }: Writing,
): ReadonlySet<string> {
  const gives = answer === undefined || !/^get$/i.test(words[0] ?? '') ? undefined : read(answer.at).key;
  const entity = entities.find(({ schema }) => schema.key === gives);
  const names = [...(entity?.keys ?? [])].flat();
  return new Set(names.filter((name) => request.properties.has(name)));
}
