import type { EntityTarget, PathSegment } from '../model/plan.ts';
import type { FlatRequirement } from './flat-requirement.ts';
import { evaluateCode, type GeneratedCode, isObjectCode, readProperty, use } from '../model/generated-code.ts';
import type { ResponseObject } from './response-object.ts';
import type { TypeRelations } from './type-relations.ts';

/** The objects that one representation stands for: mostly one, which then needs no list of its own. */
export type Bearers = ResponseObject | ResponseObject[];

/** The representations of one target, as JSON texts, each once, with the objects it stands for. */
export class Gathering {
  readonly texts: string[] = [];
  readonly objects: Bearers[] = [];
  /** Objects of which something required, or each key, is not there. */
  readonly lacking: ResponseObject[] = [];
  /** For each type, what is known by the value of a key's field: most objects are told apart without their text. */
  readonly known: Map<unknown, KnownRepresentation>[];
  readonly #indices = new Map<string, number>();

  constructor(types: number) {
    this.known = Array.from({ length: types }, () => new Map<unknown, KnownRepresentation>());
  }

  /** Gives the index of the representation, which may be there already. */
  add(text: string, object: ResponseObject): number {
    const index = this.#indices.get(text);
    if (index !== undefined) {
      this.addAt(index, object);
      return index;
    }
    this.#indices.set(text, this.texts.length);
    return this.addNew(text, object);
  }

  /** For a representation that cannot be there. */
  addNew(text: string, object: ResponseObject): number {
    this.objects.push(object);
    return this.texts.push(text) - 1;
  }

  /** For a representation that is there. */
  addAt(index: number, object: ResponseObject): void {
    const { objects } = this;
    const known = objects[index];
    if (Array.isArray(known)) known.push(object);
    else if (known !== undefined) objects[index] = [known, object];
  }
}

/** The representation that a key's field came with first, and the values of its other fields. */
type KnownRepresentation = { readonly index: number; readonly [value: `v${number}`]: unknown };

export type GatherInto = (data: ResponseObject, gathering: Gathering) => void;

/** The loops along a target's paths, and its representations written to text, as one piece of code. */
export function compileGather(
  { paths }: Pick<EntityTarget, 'paths'>,
  requirements: readonly FlatRequirement[],
  relations: TypeRelations,
): GatherInto {
  const code: GeneratedCode = { uses: [] };
  const types = requirements.map((requirement, index) => generateType(requirement, index)).join('\n');
  const walks = paths.map(
    (path, index) => `function walk${index}(data, gathering) {\n${generateWalk(path, 0, { code, relations })}\n}`,
  );
  const expression = `(() => {
const toJson = JSON.stringify;
function add(object, gathering) {
const typename = object.__typename;
${types}
if (typeof typename !== 'string' || ${use(code, relations.isAbstract)}(typename)) gathering.lacking.push(object);
}
${walks.join('\n')}
return (data, gathering) => { ${paths.map((_, index) => `walk${index}(data, gathering);`).join(' ')} };
})()`;
  return evaluateCode(code, expression) as GatherInto;
}

function generateType({ typename, fields, keys }: FlatRequirement, type: number): string {
  const values = fields.map(({ responseKey }, index) => `const v${index} = ${readProperty('object', responseKey)};`);
  const isMissing = fields.map((_, index) => `v${index} === undefined`);
  const isKeyWhole = keys.map((key) => `(${key.map((name) => isPresent(readProperty('object', name))).join(' && ')})`);
  if (isKeyWhole.length > 0) isMissing.push(`!(${isKeyWhole.join(' || ')})`);
  const pivot = Math.max(
    0,
    fields.findIndex(({ responseKey }) => keys[0]?.includes(responseKey)),
  );
  const others = fields.map((_, index) => index).filter((index) => index !== pivot);
  const isSame = ['known !== undefined', ...others.map((index) => `known.v${index} === v${index}`)].join(' && ');
  const typed = `{"__typename":${JSON.stringify(typename)}`;
  const texts = fields.map(({ name }, index) => {
    const before = `${index === 0 ? typed : ''},${JSON.stringify(name)}:`;
    return `${JSON.stringify(before)} + toJson(v${index})`;
  });
  const isPlain = fields.map((_, index) => `(typeof v${index} !== 'object' || v${index} === null)`).join(' && ');
  return `if (typename === ${JSON.stringify(typename)}) {
${values.join('\n')}
if (${isMissing.join(' || ')}) { gathering.lacking.push(object); return; }
const known = gathering.known[${type}].get(v${pivot});
if (${isSame}) { gathering.addAt(known.index, object); return; }
const text = ${texts.join(' + ')} + '}';
if (known !== undefined) { gathering.add(text, object); return; }
const index = ${isPlain} ? gathering.addNew(text, object) : gathering.add(text, object);
gathering.known[${type}].set(v${pivot}, { index${others.map((other) => `, v${other}`).join('')} });
return;
}`;
}

const isPresent = (value: string) => `${value} !== undefined && ${value} !== null`;

type Walk = { readonly code: GeneratedCode; readonly relations: TypeRelations };

/** Lines for the variable of this depth, which holds what stands at the path's segments so far. */
function generateWalk(path: readonly PathSegment[], depth: number, walk: Walk): string {
  const value = depth === 0 ? 'data' : `at${depth}`;
  const [segment, ...rest] = path;
  if (segment === undefined) return `if (${isObjectCode(value)}) add(${value}, gathering);`;
  switch (segment.kind) {
    case 'field':
      return `if (${isObjectCode(value)}) {
const at${depth + 1} = ${readProperty(value, segment.name)};
${generateWalk(rest, depth + 1, walk)}
}`;
    case 'list':
      return `if (Array.isArray(${value})) for (let i${depth} = 0; i${depth} < ${value}.length; i${depth}++) {
const at${depth + 1} = ${value}[i${depth}];
${generateWalk(rest, depth + 1, walk)}
}`;
    case 'type': {
      const isOneOf = (typename: string) => segment.names.some((name) => walk.relations.isA(typename, name));
      return `if (${isObjectCode(value)} && (typeof ${value}.__typename !== 'string' || ${use(walk.code, isOneOf)}(${value}.__typename))) {
const at${depth + 1} = ${value};
${generateWalk(rest, depth + 1, walk)}
}`;
    }
  }
}
