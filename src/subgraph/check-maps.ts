import type { Coordinate } from '../model/subgraph.ts';
import type { DirectiveReading } from './directive-reading.ts';
import type { CompiledExpression } from './expression.ts';
import { followExpression } from './expression-shape.ts';
import { type FitContext, fitType } from './fit-type.ts';
import type { Report } from './report.ts';
import { anyShape } from './shape.ts';

type Context = { readonly fit: FitContext; readonly reading: DirectiveReading; readonly report: Report };

/** Checks that what each `@map` makes of an answer of which nothing is known can be the field's type. */
export function checkMaps(maps: ReadonlyMap<Coordinate, CompiledExpression>, { fit, reading, report }: Context): void {
  for (const [coordinate, { node }] of maps) {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const field = fit.index.types.get(typeName)?.fields.get(fieldName);
    if (field === undefined) continue;
    const [use] = reading.read(field.directives, 'map');
    // Expressions are told of names that a value cannot have by what is known of the value, which is nothing here.
    const made = followExpression(node, anyShape, () => {});
    fitType(field.type, made, { ...fit, mayLack: true }, (message, remedy) =>
      report.error({
        code: 'ANSWER_MISMATCH',
        message: `${coordinate} cannot be what its @map makes: ${message}.`,
        remedy,
        coordinate,
        at: use?.node,
      }),
    );
  }
}
