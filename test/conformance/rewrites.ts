import {
  BREAK,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/** An operation that means the same as another, and how its answer is read as the other's. */
export type Rewritten = {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly restore: (data: unknown) => unknown;
};

export type Rewrite = (rewritten: Rewritten, schema: GraphQLSchema) => Rewritten;

export const plainly = (query: string): Rewritten => ({ query, variables: {}, restore: (data) => data });

/** Every field under an alias that is no field's name. */
export const aliased: Rewrite = (rewritten) => renameFields(rewritten, (name) => `its_${name}`);

/** Every field under the name of another field: the operation's own fields and those that keys and requirements use. */
export const crossAliased: Rewrite = (rewritten, schema) => {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if ('getFields' in type && !type.name.startsWith('__'))
      for (const name of Object.keys(type.getFields())) names.add(name);
  }
  const ring = [...names].toSorted();
  return renameFields(rewritten, (name) =>
    ring.includes(name) ? ring[(ring.indexOf(name) + 1) % ring.length]! : 'its_typename',
  );
};

function renameFields(rewritten: Rewritten, toAlias: (name: string) => string): Rewritten {
  const originals = new Map<string, string>();
  const document = visit(parse(rewritten.query), {
    Field(field) {
      if (field.alias) return undefined;
      const alias = toAlias(field.name.value);
      originals.set(alias, field.name.value);
      return { ...field, alias: { kind: Kind.NAME, value: alias } };
    },
  });
  return { ...rewritten, query: print(document), restore: (data) => rewritten.restore(renameKeys(data, originals)) };
}

function renameKeys(value: unknown, originals: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, originals));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [originals.get(key) ?? key, renameKeys(inner, originals)]),
  );
}

/** Every literal as a variable. */
export const withVariables: Rewrite = (rewritten, schema) => {
  const typeInfo = new TypeInfo(schema);
  const definitions: VariableDefinitionNode[] = [];
  const variables: Record<string, unknown> = { ...rewritten.variables };
  const document = visit(
    parse(rewritten.query),
    visitWithTypeInfo(typeInfo, {
      VariableDefinition: () => false,
      Argument(argument) {
        const type = typeInfo.getInputType();
        if (!isLiteral(argument.value) || !type) return undefined;
        const name = `literal${definitions.length}`;
        variables[name] = readLiteral(argument.value);
        const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const;
        const [operation] = parse(`query ($v: ${String(type)}) { a }`).definitions;
        const definition = (operation as OperationDefinitionNode).variableDefinitions?.[0];
        if (definition) definitions.push({ ...definition, variable });
        return { ...argument, value: variable };
      },
    }),
  );
  return { ...rewritten, query: print(withDefinitions(document, definitions)), variables };
};

function isLiteral(value: ValueNode): value is ValueNode & { readonly value: unknown } {
  return 'value' in value;
}

function readLiteral(value: ValueNode & { readonly value: unknown }): unknown {
  return value.kind === Kind.INT || value.kind === Kind.FLOAT ? Number(value.value) : value.value;
}

const flag = (name: string, variable: string): DirectiveNode => {
  const [definition] = parse(`query ($${variable}: Boolean!) { a @${name}(if: $${variable}) }`).definitions;
  const [field] = (definition as OperationDefinitionNode).selectionSet.selections;
  return (field as FieldNode).directives![0] as DirectiveNode;
};

/** Every field under conditions that hold, beside a field under one that doesn't. */
export const underConditions: Rewrite = (rewritten) => {
  const document = visit(parse(rewritten.query), {
    Field: { leave: (field) => ({ ...field, directives: [...(field.directives ?? []), ...holding(field)] }) },
    SelectionSet: { leave: (set) => ({ ...set, selections: [...set.selections, left] }) },
  });
  const definitions =
    (parse('query ($yes: Boolean!, $no: Boolean!) { a }').definitions[0] as OperationDefinitionNode)
      .variableDefinitions ?? [];
  return {
    ...rewritten,
    query: print(withDefinitions(document, definitions)),
    variables: { ...rewritten.variables, yes: true, no: false },
  };
};

function holding(field: FieldNode): readonly DirectiveNode[] {
  const has = (name: string) =>
    field.directives?.some((directive: DirectiveNode | ConstDirectiveNode) => directive.name.value === name);
  return [...(has('include') ? [] : [flag('include', 'yes')]), ...(has('skip') ? [] : [flag('skip', 'no')])];
}

const left: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: 'leftOut' },
  name: { kind: Kind.NAME, value: '__typename' },
  directives: [flag('include', 'no')],
};

function withDefinitions(document: DocumentNode, definitions: readonly VariableDefinitionNode[]): DocumentNode {
  let done = false;
  return visit(document, {
    OperationDefinition(operation) {
      if (done) return BREAK;
      done = true;
      return { ...operation, variableDefinitions: [...(operation.variableDefinitions ?? []), ...definitions] };
    },
  });
}
