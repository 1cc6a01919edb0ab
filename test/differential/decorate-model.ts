import type { Choices } from './choices.ts';
import {
  isWithin,
  keyFields,
  namedType,
  type EntityModel,
  type FieldModel,
  type GraphModel,
  type KeyedInterfaceModel,
  type RequiredField,
} from './graph-model.ts';

type Requiring = EntityModel | KeyedInterfaceModel;

/** Adds what directives say: overrides, stricter types, requirements, provided and inaccessible fields, Federation 1 style. */
export function decorateModel(model: GraphModel, choices: Choices): void {
  const decorate = createDecorations(model, choices);
  for (const type of model.types.values()) {
    if (type.kind === 'entity' && type.keyedInterface === undefined)
      type.fields.forEach((field) => decorate.override(type, field));
    if (type.kind === 'entity' || type.kind === 'keyed-interface' || type.kind === 'root')
      type.fields.forEach((field) => decorate.strictness(type.name, field));
  }
  for (const type of model.types.values()) {
    if (type.kind === 'entity' || type.kind === 'keyed-interface')
      type.fields.forEach((field, index) => decorate.requirement(type, field, type.fields.slice(0, index)));
  }
  for (const type of model.types.values()) {
    if (type.kind === 'entity' || type.kind === 'root')
      type.fields.forEach((field) => decorate.provision(type.name, field));
  }
  for (const type of model.types.values()) {
    if (type.kind === 'entity') type.fields.forEach((field) => decorate.access(type.name, field));
  }
  for (const subgraph of model.subgraphs) {
    if (canBeFirstStyle(model, subgraph) && choices.chance(40, 'first style', subgraph)) model.firstStyle.add(subgraph);
  }
}

function createDecorations(model: GraphModel, choices: Choices) {
  const isLeaf = (field: FieldModel) => !model.types.has(namedType(field.type));
  const only = (owners: ReadonlySet<string>) => (owners.size === 1 ? [...owners][0] : undefined);

  /** Another subgraph had the field before. */
  function override(type: EntityModel, field: FieldModel): void {
    const target = model.types.get(namedType(field.type));
    const losers = [...type.members.keys()].filter(
      (subgraph) => !field.owners.has(subgraph) && (target === undefined || isWithin(target, subgraph)),
    );
    if (losers.length === 0 || field.owners.size !== 1 || field.isPromised) return;
    if (choices.chance(12, 'override', type.name, field.name))
      field.overrides = choices.pick(losers, 'overridden', type.name, field.name);
  }

  /** One of several owners says that the field is never null. */
  function strictness(type: string, field: FieldModel): void {
    if (
      field.owners.size < 2 ||
      field.isPromised ||
      field.type.endsWith('!') ||
      !choices.chance(30, 'strict', type, field.name)
    )
      return;
    field.strictIn = [...field.owners][0];
    field.isSolid = true;
  }

  function requirement(type: Requiring, field: FieldModel, before: readonly FieldModel[]): void {
    const subgraph = only(field.owners);
    if (subgraph === undefined || field.overrides !== undefined || field.isPromised) return;
    if (type.kind === 'keyed-interface' && type.hosts.has(subgraph)) return;
    if (!choices.chance(45, 'requires', type.name, field.name)) return;
    const candidates = before.flatMap((required) => {
      if (required.owners.has(subgraph) || required.overrides === subgraph) return [];
      const selections = selectionsOf(namedType(required.type), subgraph);
      return selections === undefined ? [] : [{ required, selections }];
    });
    if (candidates.length === 0) return;
    const taken = choices.some(candidates, 40, 'required', type.name, field.name);
    field.requires = taken.map(({ required, selections }) =>
      toRequired(required, selections, [type.name, field.name, required.name]),
    );
    for (const { required, selections } of taken) {
      required.externalIn.add(subgraph);
      required.isSolid = true;
      solidify(namedType(required.type), selections);
    }
  }

  function toRequired(
    field: FieldModel,
    selections: readonly RequiredField[],
    where: readonly string[],
  ): RequiredField {
    const args = field.args.filter(
      ({ name }) => (name === 'first' || name === 'times') && choices.chance(60, 'required argument', ...where, name),
    );
    return {
      name: field.name,
      selections,
      args: Object.fromEntries(args.map(({ name }) => [name, 1 + choices.nat(3, 'required value', ...where, name)])),
    };
  }

  /** What can be required of a value of this type in a subgraph; undefined: nothing. */
  function selectionsOf(typeName: string, subgraph: string): readonly RequiredField[] | undefined {
    const type = model.types.get(typeName);
    if (type === undefined) return [];
    // A null that comes up from below, where the client selects more, would take what is required with it.
    if (type.fields.some((field) => field.type.endsWith('!') && !isLeaf(field))) return undefined;
    if (type.kind === 'value' && type.within.has(subgraph)) {
      const leaves = type.fields.filter((field) => isLeaf(field)).slice(0, 2);
      return leaves.length === 0 ? undefined : leaves.map(({ name }) => ({ name, args: {}, selections: [] }));
    }
    const membership = type.kind === 'entity' ? type.members.get(subgraph) : undefined;
    return membership === undefined ? undefined : keySelections(typeName, membership.keys[0]!);
  }

  function solidify(typeName: string, selections: readonly RequiredField[]): void {
    for (const field of model.types.get(typeName)?.fields ?? []) {
      if (field.type.endsWith('!') || selections.some(({ name }) => name === field.name)) field.isSolid = true;
    }
  }

  /** A field that leads to an entity brings some of the entity's fields with it. */
  function provision(typeName: string, field: FieldModel): void {
    const target = model.types.get(namedType(field.type));
    if (target?.kind !== 'entity' || target.keyedInterface !== undefined) return;
    for (const subgraph of field.owners) {
      const provided = target.fields.filter(
        (candidate) =>
          isLeaf(candidate) &&
          !candidate.owners.has(subgraph) &&
          candidate.overrides === undefined &&
          candidate.args.length === 0 &&
          candidate.requires.length === 0,
      );
      if (provided.length === 0 || !choices.chance(30, 'provides', typeName, field.name, subgraph)) continue;
      const taken = choices.some(provided, 40, 'provided', typeName, field.name, subgraph);
      for (const candidate of taken) candidate.externalIn.add(subgraph);
      field.provides.set(
        subgraph,
        taken.map(({ name }) => name),
      );
    }
  }

  function access(typeName: string, field: FieldModel): void {
    if (isLeaf(field) && !field.isPromised && choices.chance(7, 'inaccessible', typeName, field.name))
      field.isInaccessible = true;
  }

  return { override, strictness, requirement, provision, access };
}

function keySelections(entity: string, key: string): readonly RequiredField[] {
  return keyFields(entity, key).map(([name]) => ({
    name,
    args: {},
    selections: name === 'info' ? [{ name: 'tag', args: {}, selections: [] }] : [],
  }));
}

/** Whether nothing in the subgraph needs a directive of Federation 2. */
function canBeFirstStyle(model: GraphModel, subgraph: string): boolean {
  return [...model.types.values()].every((type) => {
    if (!isWithin(type, subgraph) || type.kind === 'value') return true;
    if (type.kind === 'keyed-interface') return false;
    if (type.kind === 'entity' && type.keyedInterface !== undefined) return false;
    if (type.kind === 'interface' || type.kind === 'union') return true;
    return type.fields.every((field) => {
      const isHere = field.owners.has(subgraph) || field.externalIn.has(subgraph) || field.overrides === subgraph;
      return (
        !isHere ||
        ((field.owners.size === 1 || !field.owners.has(subgraph)) &&
          field.overrides === undefined &&
          !field.isInaccessible)
      );
    });
  });
}
