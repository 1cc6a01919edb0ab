import type { Choices } from './choices.ts';
import {
  isWithin,
  keyFields,
  namedType,
  type EntityModel,
  type FieldModel,
  type GraphModel,
  type TypeModel,
} from './graph-model.ts';

/** How a bound subgraph gives a field: in the answer around it, there perhaps under another name, or by a call of its own. */
type FieldForm =
  | { readonly kind: 'inline'; readonly from: string | undefined }
  | {
      readonly kind: 'call';
      /** Whether the value stands somewhere in the answer. */
      readonly isSelected: boolean;
      /** Whether the answer holds all of an entity that the service has in its answers, or some of it. */
      readonly isWhole: boolean;
      /** Whether the field of several parents is asked for at once. */
      readonly isBatched: boolean;
    };

/** Which subgraphs of a model are REST services, stand behind a broker or are plain GraphQL services, and how each gives what it has. */
export type BoundModel = {
  readonly subgraphs: ReadonlySet<string>;
  readonly protocolOf: (subgraph: string) => 'rest' | 'queue' | 'plain';
  readonly formOf: (subgraph: string, type: string, field: FieldModel) => FieldForm;
  /** By which of its fields a subgraph's calls name an entity. */
  readonly identityOf: (subgraph: string, entity: string) => readonly string[];
  readonly isBatched: (subgraph: string, entity: string) => boolean;
  /** Whether a mere mention of an entity brings the leaf with it. */
  readonly isMentioned: (subgraph: string, entity: string, field: FieldModel) => boolean;
};

/** Decisions such that the values of a model hold leaves and entities only: an answer that holds them whole ends. */
export function flatValues(choices: Choices, values: readonly string[]): Choices {
  const isFlat = (name: readonly unknown[]) => values.includes(String(name[1]));
  return {
    ...choices,
    chance: (percent, ...name) =>
      !((name[0] === 'arguments' || name[0] === 'composite') && isFlat(name)) && choices.chance(percent, ...name),
  };
}

/** Makes such services of the subgraphs that can be. */
export function bindModel(model: GraphModel, choices: Choices): BoundModel {
  const subgraphs = new Set(
    model.subgraphs.filter((subgraph) => canBeBound(model, subgraph) && choices.chance(70, 'bound', subgraph)),
  );
  for (const type of model.types.values()) if (type.kind === 'entity') makeResolvable(type, subgraphs);
  const identityOf = (subgraph: string, entity: string) => commonKeyFields(entityOf(model, entity), subgraph);
  // Each parent's item of the answer bears its key, beside a leaf.
  const canBeBatched = (subgraph: string, { type }: FieldModel, entity: string) =>
    !type.startsWith('[') && !model.types.has(namedType(type)) && !identityOf(subgraph, entity).includes('info');
  return {
    subgraphs,
    identityOf,
    protocolOf: (subgraph) => {
      if (canBePlain(model, subgraph) && choices.chance(70, 'plain', subgraph)) return 'plain';
      return choices.chance(40, 'queue', subgraph) ? 'queue' : 'rest';
    },
    isBatched: (subgraph, entity) =>
      !identityOf(subgraph, entity).includes('info') && choices.chance(60, 'entity batched', subgraph, entity),
    isMentioned: (subgraph, entity, field) =>
      field.owners.has(subgraph) &&
      !model.types.has(namedType(field.type)) &&
      choices.chance(50, 'mentioned', subgraph, entity, field.name),
    formOf(subgraph, typeName, field) {
      const type = model.types.get(typeName);
      const where = [subgraph, typeName, field.name];
      if (type?.kind === 'value' && type.keyOf !== undefined) return { kind: 'inline', from: undefined };
      const mustCall = type?.kind === 'root' || field.args.length > 0 || field.requires.length > 0;
      if (type?.kind !== 'value' && (mustCall || choices.chance(25, 'own call', ...where))) {
        return {
          kind: 'call',
          isSelected: choices.chance(40, 'selected', ...where),
          isWhole: choices.chance(60, 'whole', ...where),
          isBatched: !mustCall && canBeBatched(subgraph, field, typeName) && choices.chance(50, 'batched', ...where),
        };
      }
      const names = [undefined, 'deep.NAME', 'NAME_there', '"NAME here"'] as const;
      return { kind: 'inline', from: choices.pick(names, 'mapped', ...where)?.replace('NAME', field.name) };
    },
  };
}

const entityOf = (model: GraphModel, name: string): EntityModel => {
  const type = model.types.get(name);
  if (type?.kind !== 'entity') throw new Error(`${name} is no entity`);
  return type;
};

/** A service names entities by one key, has no interfaces for objects, and is written in the newest style. */
function canBeBound(model: GraphModel, subgraph: string): boolean {
  if (model.firstStyle.has(subgraph)) return false;
  return [...model.types.values()].every((type) => {
    if (!isWithin(type, subgraph)) return true;
    if (type.kind === 'keyed-interface') return false;
    return type.kind !== 'entity' || commonKeyFields(type, subgraph).length > 0;
  });
}

/** A plain GraphQL service is told keys of one field, and nothing else of its entities. */
function canBePlain(model: GraphModel, subgraph: string): boolean {
  return [...model.types.values()].every((type) => {
    if (!isWithin(type, subgraph)) return true;
    const isPlain = type.fields.every(
      (field) =>
        !field.externalIn.has(subgraph) &&
        !(field.owners.has(subgraph) && (field.requires.length > 0 || field.provides.has(subgraph))),
    );
    if (type.kind !== 'entity') return isPlain;
    const keys = type.members.get(subgraph)?.keys ?? [];
    return isPlain && keys.length === 1 && ['id', 'code'].includes(keys[0]!);
  });
}

/** The fields that all keys of the entity have there, where they tell one entity from another. */
function commonKeyFields(type: EntityModel, subgraph: string): readonly string[] {
  const keys = type.members.get(subgraph)?.keys ?? [];
  const [first = [], ...others] = keys.map((key) => keyFields(type.name, key).map(([name]) => name));
  const common = first.filter((name) => others.every((names) => names.includes(name)));
  return common.some((name) => name !== 'region') ? common : [];
}

/** What an answer leaves out must be there to be asked for. */
function makeResolvable(type: EntityModel, subgraphs: ReadonlySet<string>): void {
  for (const [subgraph, membership] of type.members) {
    if (subgraphs.has(subgraph)) type.members.set(subgraph, { ...membership, isResolvable: true });
  }
}

/** The directives of a bound subgraph, as SDL. */
export function printBindings(bound: BoundModel, subgraph: string) {
  const print = (place: string, body: string, more: string) =>
    bound.protocolOf(subgraph) === 'rest'
      ? ` @rest(POST: "/${subgraph}/${place}", body: "${body}"${more})`
      : ` @request(topic: "${subgraph}.${place.replace('/', '.')}", payload: "${body}"${more})`;
  const batch = (identity: readonly string[]) => `, select: "items", batch: { max: 2, match: "${identity.join(' ')}" }`;
  return {
    ofType(type: TypeModel): string {
      if (type.kind !== 'entity') return '';
      const identity = bound.identityOf(subgraph, type.name);
      const body = identity.map((name) => `${name}: this.${name}`).join(', ');
      return print(type.name, `{ key: { ${body} } }`, bound.isBatched(subgraph, type.name) ? batch(identity) : '');
    },
    ofField(type: TypeModel, field: FieldModel): string {
      const form = bound.formOf(subgraph, type.name, field);
      if (form.kind === 'inline') return form.from === undefined ? '' : ` @map(from: ${JSON.stringify(form.from)})`;
      const identity = type.kind === 'entity' ? bound.identityOf(subgraph, type.name) : [];
      const parts = [
        ...(type.kind === 'entity' ? [`key: { ${identity.map((name) => `${name}: this.${name}`).join(', ')} }`] : []),
        ...(field.args.length === 0 ? [] : ['args: args']),
        ...(field.requires.length === 0
          ? []
          : [`required: { ${field.requires.map(({ name }) => `${name}: this.${name}`).join(', ')} }`]),
      ];
      const body = parts.length === 0 ? '`{}`' : `{ ${parts.join(', ')} }`;
      const select = form.isSelected ? ', select: "answer.value"' : '';
      return print(`${type.name}/${field.name}`, body, form.isBatched ? batch(identity) : select);
    },
  };
}
