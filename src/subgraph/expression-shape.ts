import { suggestName } from './did-you-mean.ts';
import type { ExpressionNode, NodeOf } from './expression-node.ts';
import { anyShape, listShape, objectShape, type Shape } from './shape.ts';

/** Told of each name in an expression that its value can't have. */
type OnUnknownName = (message: string, remedy: string) => void;

/** What an expression gives when it is evaluated on a value of this shape; `any` from where nothing is known. */
export function followExpression(node: ExpressionNode, shape: Shape, onUnknown: OnUnknownName): Shape {
  // The table has for each kind the function of that kind; TypeScript can't see that the two go together.
  const follow = followers[node.kind] as (node: ExpressionNode, walk: Walk) => Shape;
  return follow(node, { shape, onUnknown });
}

type Walk = { readonly shape: Shape; readonly onUnknown: OnUnknownName };
type Followers = { readonly [Kind in ExpressionNode['kind']]: (node: NodeOf<Kind>, walk: Walk) => Shape };

const followers: Followers = {
  current: (_, { shape }) => shape,
  literal: ({ value }) => shapeOfLiteral(value),
  field: ({ name }, { shape, onUnknown }) => fieldOf(shape, name, onUnknown),
  chain: ({ left, right }, { shape, onUnknown }) =>
    followExpression(right, followExpression(left, shape, onUnknown), onUnknown),
  index: ({ list }, walk) => elementOf(followList(list, walk)),
  slice: ({ list }, walk) => listShape(elementOf(followList(list, walk))),
  flatten: ({ list }, walk) => {
    const element = elementOf(followList(list, walk));
    return element.kind === 'list' ? element : listShape(element);
  },
  project: ({ list, each }, walk) =>
    listShape(followExpression(each, elementOf(followList(list, walk)), walk.onUnknown)),
  values: ({ object, each }, { shape, onUnknown }) => {
    followExpression(object, shape, onUnknown);
    return listShape(followExpression(each, anyShape, onUnknown));
  },
  filter: ({ list, condition, each }, walk) => {
    const element = elementOf(followList(list, walk));
    followExpression(condition, element, walk.onUnknown);
    return listShape(followExpression(each, element, walk.onUnknown));
  },
  compare: ({ left, right }, walk) => followAll([left, right], walk, booleanShape),
  or: ({ left, right }, walk) => followAll([left, right], walk, anyShape),
  and: ({ left, right }, walk) => followAll([left, right], walk, anyShape),
  not: ({ of }, walk) => followAll([of], walk, booleanShape),
  items: ({ items }, walk) => followAll(items, walk, listShape(anyShape)),
  object: ({ entries }, { shape, onUnknown }) => {
    const fields = entries.map(([name, value]) => [name, followExpression(value, shape, onUnknown)] as const);
    return objectShape('{ … }', new Map(fields.map(([name, field]) => [name, () => field])));
  },
  call: followCall,
  reference: () => anyShape,
};

function fieldOf(shape: Shape, name: string, onUnknown: OnUnknownName): Shape {
  switch (shape.kind) {
    case 'any':
      return anyShape;
    case 'leaf':
      onUnknown(`reads "${name}" of a single value, which has no fields`, 'Take the name off, or read it elsewhere.');
      return anyShape;
    case 'list':
      onUnknown(`reads "${name}" of a list`, `Write "[*].${name}" for each item’s, or "[0].${name}" for one’s.`);
      return anyShape;
    case 'object': {
      const field = shape.field(name);
      if (field === undefined)
        onUnknown(`reads "${name}", which ${shape.title} does not have`, suggestName(name, shape.names));
      return field ?? anyShape;
    }
  }
}

function followList(node: ExpressionNode, { shape, onUnknown }: Walk): Shape {
  const list = followExpression(node, shape, onUnknown);
  if (list.kind === 'leaf' || list.kind === 'object') {
    onUnknown('treats as a list what is none', 'Take the brackets off, or read a list.');
  }
  return list;
}

function elementOf(shape: Shape): Shape {
  return shape.kind === 'list' ? shape.of : anyShape;
}

function followAll(nodes: readonly ExpressionNode[], { shape, onUnknown }: Walk, result: Shape): Shape {
  for (const node of nodes) followExpression(node, shape, onUnknown);
  return result;
}

/** A function's `&expression` stands on the items of its list. */
function followCall({ name, args }: NodeOf<'call'>, { shape, onUnknown }: Walk): Shape {
  const shapes = args.map((arg) => followExpression(arg, shape, onUnknown));
  const list = shapes.find((_, index) => args[index]?.kind !== 'reference') ?? anyShape;
  const element = elementOf(list);
  const [result = anyShape] = args.flatMap((arg) =>
    arg.kind === 'reference' ? [followExpression(arg.of, element, onUnknown)] : [],
  );
  if (name === 'map') return listShape(result);
  if (name === 'sort_by' || name === 'sort') return listShape(element);
  if (name === 'max_by' || name === 'min_by') return element;
  return Object.hasOwn(results, name) ? (results[name] ?? anyShape) : anyShape;
}

const booleanShape: Shape = { kind: 'leaf', scalar: 'boolean' };
const numberShape: Shape = { kind: 'leaf', scalar: 'number' };
const textShape: Shape = { kind: 'leaf', scalar: 'string' };

/** What functions give whatever they are given (https://jmespath.org/specification.html#built-in-functions). */
const results: Readonly<Record<string, Shape>> = {
  abs: numberShape,
  avg: numberShape,
  ceil: numberShape,
  contains: booleanShape,
  ends_with: booleanShape,
  floor: numberShape,
  join: textShape,
  keys: listShape(textShape),
  length: numberShape,
  starts_with: booleanShape,
  sum: numberShape,
  to_array: listShape(anyShape),
  to_number: numberShape,
  to_string: textShape,
  type: textShape,
  values: listShape(anyShape),
};

function shapeOfLiteral(value: unknown): Shape {
  if (typeof value === 'string') return textShape;
  if (typeof value === 'number') return numberShape;
  if (typeof value === 'boolean') return booleanShape;
  return Array.isArray(value) ? listShape(anyShape) : anyShape;
}
