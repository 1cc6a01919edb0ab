import { specifiedScalarTypes, type TypeNode } from 'graphql';
import type { CallSite, RequestExpression } from './call-site.ts';
import { fitType } from './fit-type.ts';
import { type ObjectShape, objectShape, shapeOfInput } from './shape.ts';
import { elementTypeOf, namedTypeOf } from './type-index.ts';

const builtInScalars: ReadonlySet<string> = new Set(specifiedScalarTypes.map(({ name }) => name));

/**
 * Checks that a field has its value from the event that is sent, which is all its answer. A Boolean says only that the
 * event was taken. `payload` makes the event; the arguments by name, where no `text` of one is given.
 */
export function checkEvent(site: CallSite, text: string | undefined, payload: RequestExpression | undefined): void {
  const { returns, fit } = site;
  if (returns === undefined || isFlag(returns)) return;
  if (text !== undefined && payload === undefined) return;
  const event = payload?.shape ?? argumentsAsSent(site);
  if (event.kind === 'object' && !isObjectLike(returns, site)) {
    const remedy = 'Make it Boolean!, which is true once the event was taken, or an object of the event’s fields.';
    site.fault('EVENT_MISMATCH', 'has no answer but the event that is sent, which is an object', remedy);
    return;
  }
  fitType(returns, event, fit, (message, remedy) =>
    site.fault('EVENT_MISMATCH', `cannot be read from the event that is sent, its only answer: ${message}`, remedy),
  );
}

function isFlag(type: TypeNode): boolean {
  return elementTypeOf(type) === undefined && namedTypeOf(type).name.value === 'Boolean';
}

/** A type that may be an object: one with fields, or a scalar of the schema's own. */
function isObjectLike(type: TypeNode, { fit }: CallSite): boolean {
  const { value: name } = namedTypeOf(type).name;
  const isLeaf = builtInScalars.has(name) || fit.index.types.get(name)?.kind === 'enum';
  return elementTypeOf(type) === undefined && !isLeaf;
}

function argumentsAsSent({ fit, typeName, coordinate, toWireArgument }: CallSite): ObjectShape {
  const { index, wireNames, toWireName } = fit;
  const toName = (type: string, field: string): string => wireNames.get(`${type}.${field}`) ?? toWireName(field);
  const field = index.types.get(typeName)?.fields.get(coordinate.slice(typeName.length + 1));
  const shapes = (field?.arguments ?? []).map(
    ({ name, type }) => [toWireArgument(name.value), () => shapeOfInput(type, index, toName)] as const,
  );
  return objectShape(`the event of ${coordinate}`, new Map(shapes));
}
