import { breakInputCycles } from '../break-input-cycles.ts';
import { findCalledEntities } from '../calls/called-entities.ts';
import { writeCalls } from '../calls/write-calls.ts';
import { type Description, describeFiles, fieldsOf } from '../description.ts';
import { fieldNaming } from '../field-naming.ts';
import { importFault } from '../import-fault.ts';
import { countCalls, type Imported, listEntities, listPlaces } from '../import-report.ts';
import { schemaReader } from '../json-schema/flat-schema.ts';
import { findReferences } from '../json-schema/references.ts';
import { startWriting } from '../json-schema/writing.ts';
import { componentTypeNames, createTypeNames } from '../type-names.ts';
import { limitTodos, listTodos } from '../todos.ts';
import { usedTypes } from '../used-types.ts';
import { toPascalCase } from '../words.ts';
import type { LoadedProtos } from './load-protos.ts';
import { readMessageSchemas } from './message-schemas.ts';
import { findObstacle, readMethod } from './method.ts';

/** The services of a .proto file or descriptor set as a subgraph schema. Throws a ProblemsError where there is none. */
export function importProto(loaded: LoadedProtos, subgraph: string): Imported {
  const { file, others, services } = loaded;
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
  const entities = findCalledEntities(methods, read);
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
    types: breakInputCycles(usedTypes([...writeCalls(methods, entities, writing), ...writing.types.values()])),
  };
  return {
    draft: limitTodos(draft),
    report: {
      operations: all.length,
      fields: countCalls(draft),
      types: draft.types.length,
      entities: listEntities(draft),
      leftOut: known.flatMap(({ method, readable }) =>
        readable === undefined
          ? [{ what: method.fullName.slice(1), at: file, why: findObstacle(method) ?? 'its messages are not there' }]
          : [],
      ),
      json: listPlaces(writing.json),
      simplified: listPlaces(writing.simplified),
      pages: [],
      todos: listTodos(draft),
      config: [
        `graph.subgraphs.${subgraph}: { url: grpc://HOST:PORT or grpcs://HOST:PORT, proto: ${others.length === 0 ? file : `[${[file, ...others].join(', ')}]`} }`,
      ],
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
