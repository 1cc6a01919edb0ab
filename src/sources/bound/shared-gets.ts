import type { Binding, RestBinding } from '../../model/binding.ts';
import type { AttemptContext } from '../../model/call.ts';
import { scoped } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { HttpRequest } from '../http/http-message.ts';

/** One attempt of a GET. */
type Load = (request: HttpRequest, attempt: AttemptContext) => Promise<unknown>;

/**
 * Several fields may be read of what one GET gives (`likes` and `tags` of `/stats?ids=…`): equal ones of a request are sent
 * once. Calls of the same field are told apart before; so only those are looked at whose paths another field has as well.
 */
export class SharedGets {
  readonly #key = {};
  readonly #doubled: ReadonlySet<string>;
  readonly #signatureOf: (binding: RestBinding) => string;

  constructor(subgraph: SubgraphSchema) {
    const mutation = subgraph.schema.getMutationType()?.name;
    // Whose time is shorter must not end the other's call.
    this.#signatureOf = ({ coordinate, path, source }) =>
      JSON.stringify([source, path.text, subgraph.policyOf(coordinate)]);
    const gets = [...subgraph.fieldBindings.values(), ...subgraph.entityBindings.values()].filter(
      (binding) => isSharable(binding) && binding.coordinate.split('.')[0] !== mutation,
    );
    const signatures = (gets as RestBinding[]).map(this.#signatureOf);
    this.#doubled = new Set(signatures.filter((signature, index) => signatures.indexOf(signature) < index));
  }

  /** The attempts of a binding, those that equal another binding's made once. A failed one is no answer for the next. */
  share(binding: RestBinding, load: Load): Load {
    if (!isSharable(binding) || !this.#doubled.has(this.#signatureOf(binding))) return load;
    return (request, attempt) => {
      const known = scoped(attempt.context, this.#key, () => new Map<string, Promise<unknown>>());
      const id = JSON.stringify([request.path, request.headers]);
      const found = known.get(id);
      if (found !== undefined) return found;
      const made = load(request, attempt);
      known.set(id, made);
      made.catch(() => known.delete(id));
      return made;
    };
  }
}

function isSharable(binding: Binding): binding is RestBinding {
  return binding.kind === 'rest' && binding.method === 'GET' && binding.paginate === undefined;
}
