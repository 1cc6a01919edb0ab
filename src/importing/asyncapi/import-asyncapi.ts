import { breakInputCycles } from '../break-input-cycles.ts';
import { findCalledEntities } from '../calls/called-entities.ts';
import { writeCalls } from '../calls/write-calls.ts';
import { childOf, childrenOf, type Description, fieldsOf, pointerOf, textOf } from '../description.ts';
import type { DraftDirective } from '../draft.ts';
import { chooseNaming } from '../field-naming.ts';
import { importFault } from '../import-fault.ts';
import { countCalls, type Imported, listEntities, listPlaces } from '../import-report.ts';
import { schemaReader } from '../json-schema/flat-schema.ts';
import { findReferences } from '../json-schema/references.ts';
import { wireNames } from '../json-schema/wire-names.ts';
import { writeInterfaceFields } from '../json-schema/write-output.ts';
import { startWriting, type Writing } from '../json-schema/writing.ts';
import { enumValue } from '../print-draft.ts';
import { componentTypeNames, createTypeNames } from '../type-names.ts';
import { limitTodos, listTodos } from '../todos.ts';
import { usedTypes } from '../used-types.ts';
import { toPascalCase } from '../words.ts';
import { assertBroker, describeBroker } from './servers.ts';
import { findInverses, writeInverses } from './inverses.ts';
import { type AsyncOperation, readAsyncOperations } from './operations.ts';
import { readAsyncCall } from './read-call.ts';

/** An AsyncAPI 2 or 3 description as a subgraph schema. Throws a ProblemsError for what is none, or is broken. */
export function importAsyncApi(description: Description, subgraph: string): Imported {
  assertAsyncApi(description);
  assertBroker(description);
  const read = schemaReader(description);
  const operations = readAsyncOperations(description);
  const known = operations.map((operation) => ({
    operation,
    call: readAsyncCall(operation, { description, read, all: operations }),
  }));
  const readable = known.flatMap(({ call }) => ('why' in call ? [] : [call]));
  const inverses = findInverses(readable, read);
  const calls = readable.filter((call) => !inverses.some((inverse) => inverse.call === call));
  const entities = findCalledEntities(calls, read);
  const naming = chooseNaming(wireNames(description.root.value));
  const components = componentTypeNames(componentNames(description));
  const writing = startWriting({
    read,
    naming,
    names: createTypeNames(),
    typeNameOf: (component) => components.get(component) ?? toPascalCase(component),
    hints: {
      keyProperties: ({ key }) => [...(entities.get(key)?.keys.values() ?? [])],
      reference: findReferences(entities),
    },
  });
  const roots = writeCalls(calls, entities, writing);
  writeInverses(inverses, writing);
  writeInterfaceFields(writing);
  noteHeaders(operations, description, writing);
  description.assertSound();
  const settings: DraftDirective[] =
    naming.rule === undefined ? [] : [{ name: 'source', args: { naming: enumValue(naming.rule) } }];
  const draft = { comments: [], settings, types: breakInputCycles(usedTypes([...roots, ...writing.types.values()])) };
  return {
    draft: limitTodos(draft),
    report: {
      operations: operations.length,
      fields: countCalls(draft),
      types: draft.types.length,
      entities: listEntities(draft),
      leftOut: known.flatMap(({ operation, call }) =>
        'why' in call ? [{ what: operation.id, at: pointerOf(operation.at), why: call.why }] : [],
      ),
      json: listPlaces(writing.json),
      simplified: listPlaces(writing.simplified),
      pages: [],
      todos: listTodos(draft),
      config: [describeBroker(description, subgraph)],
    },
  };
}

/** Arguments and answers are a message's payload. */
function noteHeaders(operations: readonly AsyncOperation[], description: Description, { simplified }: Writing): void {
  for (const message of operations.flatMap(({ messages, reply = [] }) => [...messages, ...reply])) {
    const at = description.follow(message);
    const headers = at === undefined ? undefined : childOf(at, 'headers');
    if (headers !== undefined) simplified.set(pointerOf(headers), { at: headers, why: 'is neither sent nor read' });
  }
}

function componentNames({ root }: Description): readonly string[] {
  return ['schemas', 'messages'].flatMap((kind) => childrenOf(childOf(root, 'components', kind)).map(([name]) => name));
}

function assertAsyncApi({ root, placeOf }: Description): void {
  const version = textOf(root, 'asyncapi');
  const hasParts = typeof fieldsOf(root)['channels'] === 'object';
  if (version !== undefined && /^(2|3)\./.test(version) && hasParts) return;
  const message =
    version === undefined
      ? 'It is no AsyncAPI description: it has no "asyncapi".'
      : hasParts
        ? `It is AsyncAPI ${version}; 2 and 3 are read.`
        : 'The description has no channels.';
  throw importFault('IMPORT_UNSUPPORTED', message, {
    remedy: 'Name an AsyncAPI file of version 2 or 3.',
    place: placeOf(root),
  });
}
