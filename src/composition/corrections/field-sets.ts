import {
  FieldsOnCorrectTypeRule,
  FragmentsOnCompositeTypesRule,
  isUnionType,
  getNamedType,
  Kind,
  KnownArgumentNamesRule,
  KnownFragmentNamesRule,
  KnownTypeNamesRule,
  PossibleFragmentSpreadsRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  TypeInfo,
  validate,
  validateSchema,
  ValuesOfCorrectTypeRule,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import { placesOf } from '../composition-problem.ts';
import { stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { parseFieldSet } from '../field-set.ts';
import { remedyFor } from '../remedies.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 looks at the names in a field set and not at the rest: it accepts empty
 * sets, objects without and scalars with a selection, unions in keys, aliases, spreads, and arguments that are wrong.
 * It calls a directive in a field set unknown, where Apollo has a code of its own for it.
 */
export const fieldSets: Correction = {
  *check({ subgraphs }) {
    for (const subgraph of subgraphs) {
      for (const set of readFieldSets(subgraph)) yield* faultsOf(set, subgraph);
    }
  },
  // Where both have found a field set wrong, ours says what of it.
  amend: (problems, { subgraphs }) => {
    const ours = subgraphs.flatMap((subgraph) =>
      [...readFieldSets(subgraph)].flatMap((set) => [...directivesIn(set, subgraph)]),
    );
    return problems.filter(
      ({ code, subgraph, coordinate, message }) =>
        !ours.some(
          (own) =>
            own.subgraph === subgraph &&
            own.coordinate === coordinate &&
            code.startsWith(own.code.split('_')[0] ?? '') &&
            message.includes('Unknown directive'),
        ),
    );
  },
};

type FieldSet = {
  readonly directive: 'key' | 'requires' | 'provides';
  readonly coordinate: string;
  /** What the fields are fields of. */
  readonly typeName: string;
  readonly text: string;
};

const RULES = [
  FieldsOnCorrectTypeRule,
  FragmentsOnCompositeTypesRule,
  KnownArgumentNamesRule,
  KnownFragmentNamesRule,
  KnownTypeNamesRule,
  PossibleFragmentSpreadsRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  ValuesOfCorrectTypeRule,
];

function* readFieldSets({ types, directives }: FederatedSubgraph): Generator<FieldSet> {
  for (const type of types.values()) {
    for (const key of directives(type, 'key')) {
      const text = stringArgument(key, 'fields');
      if (text !== undefined) yield { directive: 'key', coordinate: type.name, typeName: type.name, text };
    }
    for (const field of type.fields.values()) {
      const coordinate = `${type.name}.${field.name.value}`;
      const requires = stringArgument(directives(field, 'requires')[0], 'fields');
      if (requires !== undefined) yield { directive: 'requires', coordinate, typeName: type.name, text: requires };
      const provides = stringArgument(directives(field, 'provides')[0], 'fields');
      const typeName = namedTypeOf(field.type).name.value;
      if (provides !== undefined) yield { directive: 'provides', coordinate, typeName, text: provides };
    }
  }
}

function* faultsOf(set: FieldSet, subgraph: FederatedSubgraph): Generator<Problem> {
  const document = parseFieldSet(set.typeName, set.text);
  // The composer reports what does not parse.
  if (document === undefined) return;
  yield* directivesIn(set, subgraph);
  const faults = [...emptySetsIn(document), ...aliasesIn(document), ...misusesIn(document, subgraph.schema.schema)];
  for (const fault of new Set(faults)) yield toProblem(set, subgraph, 'INVALID_FIELDS', fault);
  if (set.directive !== 'key') return;
  for (const union of unionFieldsIn(document, subgraph.schema.schema))
    yield toProblem(set, subgraph, 'FIELDS_SELECT_INVALID_TYPE', union);
}

function* directivesIn(set: FieldSet, subgraph: FederatedSubgraph): Generator<Problem> {
  const names = new Set<string>();
  const document = parseFieldSet(set.typeName, set.text);
  if (document !== undefined) visit(document, { Directive: ({ name }) => void names.add(name.value) });
  for (const name of names) yield toProblem(set, subgraph, 'DIRECTIVE_IN_FIELDS_ARG', `it has @${name} in it`);
}

function emptySetsIn(document: DocumentNode): readonly string[] {
  const faults: string[] = [];
  visit(document, {
    SelectionSet({ selections }) {
      if (selections.length === 0) faults.push('it names no field');
    },
  });
  return faults;
}

function aliasesIn(document: DocumentNode): readonly string[] {
  const faults: string[] = [];
  visit(document, {
    Field({ alias, name }) {
      if (alias !== undefined) faults.push(`it calls "${name.value}" by the alias "${alias.value}"`);
    },
  });
  return faults;
}

// The composer's own report of a field that is not there stands: it says the same of every field set but nested ones.
function misusesIn(document: DocumentNode, schema: GraphQLSchema): readonly string[] {
  const [fragment] = document.definitions;
  if (fragment?.kind !== Kind.FRAGMENT_DEFINITION || schema.getType(fragment.typeCondition.name.value) === undefined)
    return [];
  if (validateSchema(schema).length > 0) return []; // the composer says what of it
  const errors = validate(schema, document, RULES);
  return errors.map(({ message }) => message.replace(/\.$/, '')).filter((message) => !isSaidByTheComposer(message));
}

function isSaidByTheComposer(message: string): boolean {
  return message.startsWith('Cannot query field') || message.startsWith('Fragment "FieldSet"');
}

function unionFieldsIn(document: DocumentNode, schema: GraphQLSchema): readonly string[] {
  const typeInfo = new TypeInfo(schema);
  const faults: string[] = [];
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field({ name }) {
        const type = getNamedType(typeInfo.getType());
        if (isUnionType(type)) faults.push(`"${name.value}" is of the union type "${type.name}"`);
      },
    }),
  );
  return faults;
}

function toProblem(set: FieldSet, { name, schema }: FederatedSubgraph, fault: string, what: string): Problem {
  const code = `${set.directive.toUpperCase()}_${fault}`;
  return {
    severity: 'error',
    code,
    message: `@${set.directive}(fields: ${JSON.stringify(set.text)}) of "${set.coordinate}" cannot be used: ${what}.`,
    remedy: remedyFor(code),
    coordinate: set.coordinate,
    subgraph: name,
    places: placesOf(set.coordinate, [schema]),
  };
}
