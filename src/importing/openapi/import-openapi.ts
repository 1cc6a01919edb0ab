import { breakInputCycles } from '../break-input-cycles.ts';
import { childOf, childrenOf, type Description, fieldsOf, pointerOf, textOf } from '../description.ts';
import type { DraftDirective, DraftType } from '../draft.ts';
import { chooseNaming } from '../field-naming.ts';
import { importFault } from '../import-fault.ts';
import { countCalls, type Imported, listEntities, listPlaces } from '../import-report.ts';
import { schemaReader } from '../json-schema/flat-schema.ts';
import { findReferences } from '../json-schema/references.ts';
import { writeInterfaceFields } from '../json-schema/write-output.ts';
import { startWriting } from '../json-schema/writing.ts';
import { enumValue } from '../print-draft.ts';
import { limitTodos, listTodos } from '../todos.ts';
import { usedTypes } from '../used-types.ts';
import { componentTypeNames, createTypeNames } from '../type-names.ts';
import { toPascalCase } from '../words.ts';
import { describeConfig, securityTodos } from './describe-config.ts';
import { findEntities, findNearEntities } from './entities.ts';
import { entityDirectives } from './entity-directives.ts';
import { noticePages } from './notice-pages.ts';
import { readOperations } from './operation.ts';
import { wireNames } from '../json-schema/wire-names.ts';
import { writeFields } from './write-fields.ts';

/** An OpenAPI 3.0, 3.1 or 3.2 description as a subgraph schema. Throws a ProblemsError for what is none, or is broken. */
export function importOpenApi(description: Description, subgraph: string): Imported {
  assertOpenApi(description);
  const { operations, others } = readOperations(description);
  const read = schemaReader(description);
  const naming = chooseNaming(wireNames(description.root.value));
  const entities = findEntities(operations, description, read);
  const components = componentTypeNames(
    childrenOf(childOf(description.root, 'components', 'schemas')).map(([name]) => name),
  );
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
  const written = writeFields(operations, { description, entities, writing });
  writeInterfaceFields(writing);
  description.assertSound();
  const near = findNearEntities(operations, description, read);
  for (const [name, { schema, directives, todos }] of writing.objects) {
    const entity = entities.get(schema.key);
    if (writing.written.get(`output ${schema.key}`) !== name) continue;
    if (entity === undefined) todos.push(...[near.get(schema.key) ?? []].flat());
    else directives.push(...entityDirectives(entity, naming));
  }
  const settings: DraftDirective[] =
    naming.rule === undefined ? [] : [{ name: 'source', args: { naming: enumValue(naming.rule) } }];
  const draft = {
    comments: [],
    settings,
    types: withSecurity(description, breakInputCycles(usedTypes([...written.roots, ...writing.types.values()]))),
  };
  return {
    draft: limitTodos(draft),
    report: {
      operations: operations.length + others.length,
      fields: countCalls(draft),
      types: draft.types.length,
      entities: listEntities(draft),
      leftOut: [...others.map(({ name, at, why }) => ({ what: name, at: pointerOf(at), why })), ...written.leftOut],
      json: listPlaces(writing.json),
      simplified: listPlaces(writing.simplified),
      pages: noticePages(operations, description, read),
      todos: listTodos(draft),
      config: describeConfig(description, subgraph),
    },
  };
}

/** How the service knows its callers is said above all. */
function withSecurity(description: Description, types: readonly DraftType[]): readonly DraftType[] {
  const [first, ...others] = types;
  return first === undefined ? [] : [{ ...first, todos: securityTodos(description) }, ...others];
}

function assertOpenApi({ root, placeOf }: Description): void {
  const version = textOf(root, 'openapi');
  if (version !== undefined && /^3\.[012]\b/.test(version)) {
    if (typeof fieldsOf(root)['paths'] === 'object') return;
    throw importFault('IMPORT_UNSUPPORTED', 'The description has no paths.', {
      remedy: 'Import the file that holds the operations.',
      place: placeOf(root),
    });
  }
  const swagger = textOf(root, 'swagger');
  const found = version ?? (swagger === undefined ? undefined : `Swagger ${swagger}`);
  throw importFault(
    'IMPORT_UNSUPPORTED',
    found === undefined
      ? 'It is no OpenAPI description: it has no "openapi".'
      : `It is ${found === version ? `OpenAPI ${found}` : found}; 3.0, 3.1 and 3.2 are read.`,
    {
      remedy:
        found === undefined
          ? 'Name an OpenAPI file; for others there are `import proto` and `import asyncapi`.'
          : swagger === undefined
            ? 'Convert it to OpenAPI 3.'
            : 'Convert it first: npx swagger2openapi FILE --outfile openapi.yaml',
      place: placeOf(root),
    },
  );
}
