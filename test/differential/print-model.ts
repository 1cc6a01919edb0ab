import {
  isWithin,
  keyFields,
  type EntityModel,
  type FieldModel,
  type GraphModel,
  type KeyedInterfaceModel,
  type RequiredField,
  type TypeModel,
} from './graph-model.ts';

const INPUTS = `
enum Stock { MANY FEW NONE }
input Filter { text: String = "all"  kinds: [Stock!]  not: Filter }`;

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject"])';

/** What clients see of the graph, as one schema. */
export function printWhole(model: GraphModel): string {
  const types = [...model.types.values()].filter((type) =>
    model.subgraphs.some((subgraph) => isWithin(type, subgraph)),
  );
  const definitions = types.map((type) => {
    if (type.kind === 'union') return `union ${type.name} = ${wholeMembers(type.within).join(' | ')}`;
    const lines = wholeFields(model, type).map((field) => printField(field));
    return `${heading(type, wholeInterfaces(model, type))} { ${lines.join('  ')} }`;
  });
  // Inputs of inaccessible fields are seen by clients too.
  const isWithInputs = model.subgraphs.some((subgraph) => printSubgraph(model, subgraph).includes(INPUTS));
  return `${definitions.join('\n')}${isWithInputs ? INPUTS : ''}`;
}

const wholeMembers = (within: ReadonlyMap<string, readonly string[]>) => [...new Set([...within.values()].flat())];

type Printed = Pick<FieldModel, 'name' | 'type' | 'args'>;

function heading({ kind, name }: TypeModel, interfaces: readonly string[]): string {
  const keyword = kind === 'interface' || kind === 'keyed-interface' ? 'interface' : 'type';
  return `${keyword} ${name}${interfaces.length === 0 ? '' : ` implements ${interfaces.join(' & ')}`}`;
}

function wholeInterfaces(model: GraphModel, type: TypeModel): readonly string[] {
  return [...model.types.values()].flatMap((other) => {
    if (other.kind === 'interface') return wholeMembers(other.within).includes(type.name) ? [other.name] : [];
    return other.kind === 'keyed-interface' && other.members.includes(type.name) ? [other.name] : [];
  });
}

function wholeFields(model: GraphModel, type: TypeModel): readonly Printed[] {
  switch (type.kind) {
    case 'entity': {
      const keys = new Set([...type.members.values()].flatMap(({ keys: ofMember }) => ofMember));
      const inherited = model.types.get(type.keyedInterface ?? '');
      const shared = inherited?.kind === 'keyed-interface' ? inherited.fields : [];
      return [...keyLines(type.name, keys), ...[...shared, ...type.fields].filter((field) => !field.isInaccessible)];
    }
    case 'interface':
      return type.fields.filter((field) =>
        model.subgraphs.some(
          (subgraph) => type.within.has(subgraph) && isPromisedIn(model, type.name, field, subgraph),
        ),
      );
    case 'keyed-interface':
      return [...keyLines(type.name, ['id']), ...type.fields];
    case 'value':
    case 'union':
    case 'root':
      return type.fields;
  }
}

function keyLines(entity: string, keys: Iterable<string>): readonly Printed[] {
  const lines = new Map([...keys].flatMap((key) => keyFields(entity, key)));
  return [...lines].map(([name, type]) => ({ name, type, args: [] }));
}

/** Whether every object type of the interface in this subgraph resolves the field there. */
function isPromisedIn(model: GraphModel, interfaceName: string, field: FieldModel, subgraph: string): boolean {
  const type = model.types.get(interfaceName);
  const members = type?.kind === 'interface' ? (type.within.get(subgraph) ?? []) : [];
  return members.every((name) =>
    model.types.get(name)?.fields.some((own) => own.name === field.name && own.owners.has(subgraph)),
  );
}

function printField({ name, type, args }: Printed): string {
  const list = args.map(
    (arg) => `${arg.name}: ${arg.type}${arg.defaultText === undefined ? '' : ` = ${arg.defaultText}`}`,
  );
  return `${name}${list.length === 0 ? '' : `(${list.join(', ')})`}: ${type}`;
}

const withInputs = (definitions: readonly string[]) => {
  const sdl = definitions.join('\n');
  return `${sdl}${/\b(Stock|Filter)\b/.test(sdl) ? INPUTS : ''}`;
};

/** What stands behind a type's head and behind a field that the subgraph has, besides the graph's own directives. */
export type Bindings = {
  readonly ofType: (type: TypeModel) => string;
  readonly ofField: (type: TypeModel, field: FieldModel) => string;
};

const NO_BINDINGS: Bindings = { ofType: () => '', ofField: () => '' };

/** One subgraph's SDL. */
export function printSubgraph(model: GraphModel, subgraph: string, bindings: Bindings = NO_BINDINGS): string {
  const isFirst = model.firstStyle.has(subgraph);
  const types = [...model.types.values()].filter((type) => isWithin(type, subgraph));
  const definitions = types.map((type) => printType(model, type, subgraph, bindings));
  return `${isFirst ? '' : `${LINK}\n`}${withInputs(definitions)}`;
}

function printType(model: GraphModel, type: TypeModel, subgraph: string, bindings: Bindings): string {
  if (type.kind === 'union') return `union ${type.name} = ${(type.within.get(subgraph) ?? []).join(' | ')}`;
  const isObjectHere = type.kind === 'keyed-interface' && type.objects.has(subgraph);
  const head = isObjectHere ? `type ${type.name}` : heading(type, interfacesIn(model, type, subgraph));
  return `${isExtension(model, type, subgraph) ? 'extend ' : ''}${head}${keysIn(model, type, subgraph)}${bindings.ofType(type)} { ${fieldsIn(model, type, subgraph, bindings).join('  ')} }`;
}

function interfacesIn(model: GraphModel, type: TypeModel, subgraph: string): readonly string[] {
  return [...model.types.values()].flatMap((other) => {
    if (other.kind === 'interface') return other.within.get(subgraph)?.includes(type.name) ? [other.name] : [];
    return other.kind === 'keyed-interface' && other.members.includes(type.name) ? [other.name] : [];
  });
}

const isExtension = (model: GraphModel, type: TypeModel, subgraph: string) =>
  model.firstStyle.has(subgraph) && (type.kind === 'root' || (type.kind === 'entity' && type.hub !== subgraph));

function keysIn(model: GraphModel, type: TypeModel, subgraph: string): string {
  if (type.kind === 'keyed-interface')
    return ` @key(fields: "id")${type.objects.has(subgraph) ? ' @interfaceObject' : ''}`;
  const membership = type.kind === 'entity' ? type.members.get(subgraph) : undefined;
  if (membership === undefined) return '';
  const resolvable = membership.isResolvable || model.firstStyle.has(subgraph) ? '' : ', resolvable: false';
  return membership.keys.map((key) => ` @key(fields: "${key}"${resolvable})`).join('');
}

function fieldsIn(model: GraphModel, type: TypeModel, subgraph: string, bindings: Bindings): readonly string[] {
  const binding = (field: FieldModel) => bindings.ofField(type, field);
  const external = isExtension(model, type, subgraph) ? ' @external' : '';
  switch (type.kind) {
    case 'entity':
      return [
        ...keyLines(type.name, type.members.get(subgraph)?.keys ?? []).map((line) => `${printField(line)}${external}`),
        ...inheritedFields(model, type, subgraph),
        ...ownFields(model, type.fields, subgraph, binding),
      ];
    case 'keyed-interface':
      return [
        'id: ID!',
        ...(type.hosts.has(subgraph) ? hostFields(type, subgraph) : ownFields(model, type.fields, subgraph)),
      ];
    case 'interface':
      return type.fields
        .filter((field) => isPromisedIn(model, type.name, field, subgraph))
        .map((field) => printField(field));
    case 'value': {
      const shareable = model.firstStyle.has(subgraph) ? '' : ' @shareable';
      return type.fields.map((field) => `${printField(field)}${shareable}${binding(field)}`);
    }
    case 'union':
    case 'root':
      return ownFields(model, type.fields, subgraph, binding);
  }
}

const hostFields = (type: KeyedInterfaceModel, subgraph: string) =>
  type.fields.filter((field) => field.owners.has(subgraph)).map((field) => printField(field));

function inheritedFields(model: GraphModel, type: EntityModel, subgraph: string): readonly string[] {
  const keyed = model.types.get(type.keyedInterface ?? '');
  return keyed?.kind === 'keyed-interface'
    ? ownFields(
        model,
        keyed.fields.filter((field) => field.owners.has(subgraph)),
        subgraph,
      )
    : [];
}

function ownFields(
  model: GraphModel,
  fields: readonly FieldModel[],
  subgraph: string,
  binding: (field: FieldModel) => string = () => '',
): readonly string[] {
  return fields.flatMap((field) => {
    if (field.owners.has(subgraph))
      return [`${printField(strictly(field, subgraph))}${ownDirectives(model, field, subgraph)}${binding(field)}`];
    if (field.overrides === subgraph)
      return [`${printField(field)}${model.firstStyle.has(subgraph) ? '' : hidden(field)}`];
    return field.externalIn.has(subgraph) ? [`${printField(field)} @external`] : [];
  });
}

const strictly = (field: FieldModel, subgraph: string): Printed =>
  field.strictIn === subgraph ? { ...field, type: `${field.type}!` } : field;

const hidden = (field: FieldModel) => (field.isInaccessible ? ' @inaccessible' : '');

function ownDirectives(model: GraphModel, field: FieldModel, subgraph: string): string {
  if (model.firstStyle.has(subgraph)) return `${requires(field)}${provides(field, subgraph)}`;
  const shareable = field.owners.size > 1 ? ' @shareable' : '';
  const override = field.overrides === undefined ? '' : ` @override(from: "${field.overrides}")`;
  return `${shareable}${override}${requires(field)}${provides(field, subgraph)}${hidden(field)}`;
}

const requires = ({ requires: required }: FieldModel) =>
  required.length === 0 ? '' : ` @requires(fields: "${printRequired(required)}")`;

const provides = (field: FieldModel, subgraph: string) => {
  const provided = field.provides.get(subgraph);
  return provided === undefined ? '' : ` @provides(fields: "${provided.join(' ')}")`;
};

function printRequired(fields: readonly RequiredField[]): string {
  return fields
    .map(({ name, args, selections }) => {
      const list = Object.entries(args).map(([arg, value]) => `${arg}: ${JSON.stringify(value)}`);
      const below = selections.length === 0 ? '' : ` { ${printRequired(selections)} }`;
      return `${name}${list.length === 0 ? '' : `(${list.join(', ')})`}${below}`;
    })
    .join(' ');
}
