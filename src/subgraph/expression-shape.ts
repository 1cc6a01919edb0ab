import { suggestName } from './did-you-mean.ts';
import type { ExpressionNode, NodeOf } from './expression-node.ts';
import { anyShape, leafShape, listShape, objectShape, type Shape } from './shape.ts';

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
  literal: () => anyShape,
  field: ({ name }, { shape, onUnknown }) => fieldOf(shape, name, onUnknown),
  chain: ({ left, right }, { shape, onUnknown }) =>
    followExpression(right, followExpression(left, shape, onUnknown), onUnknown),
  index: ({ list }, walk) => elementOf(followList(list, walk)),
  slice: ({ list }, walk) => followList(list, walk),
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
  compare: ({ left, right }, walk) => followAll([left, right], walk, leafShape),
  or: ({ left, right }, walk) => followAll([left, right], walk, anyShape),
  and: ({ left, right }, walk) => followAll([left, right], walk, anyShape),
  not: ({ of }, walk) => followAll([of], walk, leafShape),
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
  if (name === 'sort_by') return list;
  return name === 'max_by' || name === 'min_by' ? element : anyShape;
}
