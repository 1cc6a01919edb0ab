import { suggestName } from './did-you-mean.ts';
import type { ExpressionNode } from './expression-node.ts';
import { anyShape, leafShape, listShape, objectShape, type Shape } from './shape.ts';

/** Told of each name in an expression that its value can't have. */
export type OnUnknownName = (message: string, remedy: string) => void;

/** What an expression gives when it is evaluated on a value of this shape; `any` from where nothing is known. */
export function followExpression(node: ExpressionNode, shape: Shape, onUnknown: OnUnknownName): Shape {
  const follow = (of: ExpressionNode, on: Shape) => followExpression(of, on, onUnknown);
  switch (node.kind) {
    case 'current':
      return shape;
    case 'literal':
      return anyShape;
    case 'field':
      return fieldOf(shape, node.name, onUnknown);
    case 'chain':
      return follow(node.right, follow(node.left, shape));
    case 'index':
    case 'slice':
    case 'flatten':
    case 'project':
    case 'values':
    case 'filter':
      return followListNode(node, shape, onUnknown);
    case 'compare':
    case 'or':
    case 'and':
    case 'not':
      return followLogicNode(node, shape, onUnknown);
    case 'items':
      node.items.forEach((item) => follow(item, shape));
      return listShape(anyShape);
    case 'object': {
      const fields = node.entries.map(([name, value]) => [name, follow(value, shape)] as const);
      return objectShape('{ … }', new Map(fields.map(([name, field]) => [name, () => field])));
    }
    case 'call':
      return followCall(node, shape, onUnknown);
    case 'reference':
      return anyShape;
  }
}

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

type ListNode = Extract<ExpressionNode, { kind: 'index' | 'slice' | 'flatten' | 'project' | 'values' | 'filter' }>;

function followListNode(node: ListNode, shape: Shape, onUnknown: OnUnknownName): Shape {
  if (node.kind === 'values') {
    followExpression(node.object, shape, onUnknown);
    followExpression(node.each, anyShape, onUnknown);
    return listShape(anyShape);
  }
  const list = followExpression(node.list, shape, onUnknown);
  if (list.kind === 'leaf' || list.kind === 'object') {
    onUnknown('treats as a list what is none', 'Take the brackets off, or read a list.');
  }
  const element = list.kind === 'list' ? list.of : anyShape;
  switch (node.kind) {
    case 'index':
      return element;
    case 'slice':
      return list;
    case 'flatten':
      return element.kind === 'list' ? element : listShape(element);
    case 'project':
      return listShape(followExpression(node.each, element, onUnknown));
    case 'filter':
      followExpression(node.condition, element, onUnknown);
      return listShape(followExpression(node.each, element, onUnknown));
  }
}

type LogicNode = Extract<ExpressionNode, { kind: 'compare' | 'or' | 'and' | 'not' }>;

function followLogicNode(node: LogicNode, shape: Shape, onUnknown: OnUnknownName): Shape {
  if (node.kind === 'not') {
    followExpression(node.of, shape, onUnknown);
    return leafShape;
  }
  followExpression(node.left, shape, onUnknown);
  followExpression(node.right, shape, onUnknown);
  return node.kind === 'compare' ? leafShape : anyShape;
}

/** A function's `&expression` stands on the items of its list. */
function followCall(node: Extract<ExpressionNode, { kind: 'call' }>, shape: Shape, onUnknown: OnUnknownName): Shape {
  const shapes = node.args.map((arg) => followExpression(arg, shape, onUnknown));
  const list = shapes.find((_, index) => node.args[index]?.kind !== 'reference');
  const element = list?.kind === 'list' ? list.of : anyShape;
  const results = node.args.flatMap((arg) =>
    arg.kind === 'reference' ? [followExpression(arg.of, element, onUnknown)] : [],
  );
  if (node.name === 'map') return listShape(results[0] ?? anyShape);
  if (node.name === 'sort_by') return list ?? anyShape;
  return node.name === 'max_by' || node.name === 'min_by' ? element : anyShape;
}
