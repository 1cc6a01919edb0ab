import { placesOf } from '../composition-problem.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 accepts `@external` on an interface's field, which says nothing: only the
 * fields of the implementing types are resolved. Federation 1 allowed it.
 */
export const interfaceExternals: Correction = {
  *check({ subgraphs }) {
    for (const { types, has, name, schema, isFederation2 } of subgraphs) {
      if (!isFederation2) continue;
      for (const type of types.values()) {
        for (const field of type.kind === 'interface' ? type.fields.values() : []) {
          if (!has(field, 'external')) continue;
          const coordinate = `${type.name}.${field.name.value}`;
          yield {
            severity: 'error',
            code: 'EXTERNAL_ON_INTERFACE',
            message: `"${coordinate}" is a field of an interface and cannot be @external: only the types that implement it resolve it.`,
            remedy: remedyFor('EXTERNAL_ON_INTERFACE'),
            coordinate,
            subgraph: name,
            places: placesOf(coordinate, [schema]),
          };
        }
      }
    }
  },
};
