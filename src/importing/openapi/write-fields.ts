import { type Description, pointerOf } from '../description.ts';
import { distributeNames } from '../distribute-names.ts';
import type { DraftField, DraftObject, Todo } from '../draft.ts';
import type { LeftOut } from '../import-report.ts';
import { writeOutput } from '../json-schema/write-output.ts';
import type { Writing } from '../json-schema/writing.ts';
import { toCamelCase } from '../words.ts';
import { callField, type CallResult, writeBody, writeResult } from './call-field.ts';
import { credentialHeaders } from './describe-config.ts';
import type { Entity } from './entities.ts';
import { nameTodos, namesOf, pageTodos, serverTodos } from './field-todos.ts';
import { type Answer, type Operation, readAnswer } from './operation.ts';
import { writeParameters } from './parameters.ts';

type Context = {
  readonly description: Description;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly writing: Writing;
};

/** Where an operation's field stands: a root type, or an entity whose path it continues. */
type Site = {
  readonly type: string;
  readonly name: string;
  readonly entity: Entity | undefined;
  readonly todos: readonly Todo[];
};
type Planned = {
  readonly operation: Operation;
  readonly answer: Answer;
  readonly site: Site;
  readonly result: CallResult;
};

/** Writes a field for each operation. Answers' types come before what is sent, so that they have the plain names. */
export function writeFields(
  operations: readonly Operation[],
  context: Context,
): {
  readonly roots: readonly DraftObject[];
  readonly leftOut: readonly LeftOut[];
} {
  const leftOut: LeftOut[] = [];
  const leave = (operation: Operation, why: string, what = ''): void =>
    void leftOut.push({ what: `${operation.method} ${operation.path}${what}`, at: pointerOf(operation.at), why });
  const planned = planSites(operations, context).flatMap((plan): readonly Planned[] => {
    const result = writeResult(plan.operation, plan.answer, plan.site.name, context.writing);
    if (!('why' in result)) return [{ ...plan, result }];
    leave(plan.operation, result.why);
    return [];
  });
  const roots: Readonly<Record<Root, DraftField[]>> = { Query: [], Mutation: [], Subscription: [] };
  for (const plan of planned) {
    const field = writeField(plan, context, leave);
    if (field === undefined) continue;
    const { type } = plan.site;
    if (isRoot(type)) roots[type].push(field);
    else context.writing.objects.get(type)?.fields.push(field);
  }
  return {
    roots: Object.entries(roots).map(([name, fields]) => ({ kind: 'object', name, directives: [], fields })),
    leftOut,
  };
}

function planSites(operations: readonly Operation[], context: Context): readonly Omit<Planned, 'result'>[] {
  const answers = new Map(operations.map((operation) => [operation, readAnswer(operation, context.description)]));
  const nested = new Map(
    operations.map((operation) => [
      operation,
      answers.get(operation)?.kind === 'stream' ? undefined : findParent(operation, context),
    ]),
  );
  const names = new Map(
    rootNames.flatMap((root) => {
      const own = operations.filter(
        (operation) => nested.get(operation) === undefined && rootOf(operation, answers.get(operation)) === root,
      );
      const wanted = own.map((thing) => ({ thing, candidates: namesOf(thing, context) }));
      return [...distributeNames(wanted)];
    }),
  );
  const firstNameless = operations.find(({ id }) => id === undefined);
  return operations.flatMap((operation) => {
    const answer = answers.get(operation);
    if (answer === undefined) return [];
    const site = nested.get(operation) ?? {
      type: rootOf(operation, answer),
      name: names.get(operation) ?? '',
      entity: undefined,
      todos: nameTodos(operation, { name: names.get(operation) ?? '', isFirst: operation === firstNameless }, context),
    };
    return [{ operation, answer, site }];
  });
}

const rootNames = ['Query', 'Mutation', 'Subscription'] as const;
type Root = (typeof rootNames)[number];

function isRoot(type: string): type is Root {
  return rootNames.some((name) => name === type);
}

function rootOf({ method }: Operation, answer: Answer | undefined): Root {
  if (answer?.kind === 'stream') return 'Subscription';
  return method === 'GET' ? 'Query' : 'Mutation';
}

/** `GET /products/{sku}/reviews` is `Product.reviews`, if nothing else of a Product has that name. */
function findParent(operation: Operation, { entities, writing }: Context): Site | undefined {
  if (
    operation.method !== 'GET' ||
    operation.parameters.some((parameter) => parameter.in !== 'path' && parameter.isRequired)
  ) {
    return undefined;
  }
  for (const entity of entities.values()) {
    const { path } = entity.operation;
    const rest = operation.path.startsWith(`${path}/`) ? operation.path.slice(path.length + 1) : '';
    if (rest === '' || rest.includes('{')) continue;
    const { type } = writeOutput(entity.schema.at, entity.schema.name ?? '', writing);
    const name = writing.naming.toField(toCamelCase(rest)).name;
    const isTaken = writing.objects.get(type)?.fields.some((field) => field.name === name) !== false;
    if (!isTaken) return { type, name, entity, todos: [] };
  }
  return undefined;
}

function writeField(
  { operation, site, result }: Planned,
  { description, entities, writing }: Context,
  leave: (operation: Operation, why: string, what?: string) => void,
): DraftField | undefined {
  const { name, entity } = site;
  const own = [...entities.values()].find((candidate) => candidate.operation.path === operation.path);
  const credentials = credentialHeaders(description);
  const isCredential = (header: string): boolean => credentials.has(header.toLowerCase());
  const parameters = writeParameters(
    operation,
    { fieldName: name, ofParent: keyFields(entity, writing), keyNames: keyFields(own, writing), isCredential },
    writing,
  );
  if ('why' in parameters) {
    leave(operation, parameters.why);
    return undefined;
  }
  const body = writeBody(operation, name, description, writing);
  if ('why' in body) {
    leave(operation, body.why);
    return undefined;
  }
  for (const { parameter, why } of parameters.leftOut) leave(operation, why, `, parameter "${parameter.name}"`);
  const field = callField(operation, { name, parameters, result, body });
  const context = { description, writing };
  const todos = [...site.todos, ...serverTodos(operation, context), ...pageTodos(operation, context)];
  return { ...field, todos: [...todos, ...result.todos] };
}

/** An entity's path parameters → the fields that are its key. */
function keyFields(entity: Entity | undefined, { naming }: Writing): ReadonlyMap<string, string> {
  return new Map([...(entity?.keys ?? [])].map(([parameter, property]) => [parameter, naming.toField(property).name]));
}
