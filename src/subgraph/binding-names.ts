import type { Binding } from '../model/binding.ts';
import type { Expression, Template } from '../model/expression.ts';

/** What of its parent (`this`) a binding reads. */
export type BindingNames = {
  /** Fields it names, in order. */
  readonly named: readonly string[];
  /** Of these, the ones that a path or topic cannot do without. */
  readonly required: ReadonlySet<string>;
  /** It takes the parent as a whole: `this` by itself, or a message or payload that is made up of it. */
  readonly takesAll: boolean;
  /** It takes the keys of a batch one by one: `keys`, which is not the function `keys(…)`. */
  readonly takesKeys: boolean;
};

/** `argumentNames` are those of the binding's field: a bare name in a template is an argument first. */
export function readBindingNames(binding: Binding, argumentNames: readonly string[]): BindingNames {
  const { templates, addresses, expressions } = partsOf(binding);
  const required = addresses.flatMap((address) => requiredVariables(address));
  const toParentName = (variable: string): string[] => {
    const [root = '', name] = variable.split('.');
    if (root === 'this' && name !== undefined) return [name];
    return ['args', 'claims', 'headers'].includes(root) || argumentNames.includes(root) ? [] : [root];
  };
  const named = [
    ...templates.flatMap(({ variables }) => variables).flatMap(toParentName),
    ...expressions.flatMap(({ text }) =>
      [...text.matchAll(/\bthis\.(?:"([^"]+)"|([A-Za-z_]\w*))/g)].map(([, a, b]) => a ?? b ?? ''),
    ),
  ];
  return {
    named: [...new Set(named)],
    required: new Set(required.flatMap(toParentName)),
    takesAll: isMadeOfParent(binding) || expressions.some(({ text }) => /\bthis\b(?!\.(?:"|[A-Za-z_]))/.test(text)),
    takesKeys: expressions.some(({ text }) => /\bkeys\b(?!\s*\()/.test(text)),
  };
}

/** The arguments that a binding names; `all` where its message is made of them. Of a body that is not said it knows nothing. */
export function readArgumentNames(binding: Binding, argumentNames: readonly string[]): ReadonlySet<string> | 'all' {
  const { templates, expressions } = partsOf(binding);
  if (isMadeOfParent(binding) || expressions.some(({ text }) => /\bargs\b(?!\.(?:"|[A-Za-z_]))/.test(text)))
    return 'all';
  const inTemplates = templates
    .flatMap(({ variables }) => variables)
    .map((variable) => variable.replace(/^args\./, '').split('.')[0] ?? '');
  const inExpressions = expressions.flatMap(({ text }) =>
    [...text.matchAll(/\bargs\.(?:"([^"]+)"|([A-Za-z_]\w*))/g)].map(([, a, b]) => a ?? b ?? ''),
  );
  return new Set([...inTemplates, ...inExpressions].filter((name) => argumentNames.includes(name)));
}

/** The claims and headers of the caller that a binding reads, as `claims.sub`. */
export function readCallerNames(binding: Binding): readonly string[] {
  const { templates, expressions } = partsOf(binding);
  const inTemplates = templates
    .flatMap(({ variables }) => variables)
    .filter((name) => /^(claims|headers)\./.test(name));
  const inExpressions = expressions.flatMap(({ text }) =>
    [...text.matchAll(/\b(claims|headers)\.(?:"([^"]+)"|([A-Za-z_]\w*))/g)].map(
      ([, root, quoted, bare]) => `${root}.${quoted ?? bare}`,
    ),
  );
  return [...new Set([...inTemplates, ...inExpressions])];
}

type Parts = {
  readonly templates: readonly Template[];
  readonly addresses: readonly Template[];
  readonly expressions: readonly Expression[];
};

function partsOf(binding: Binding): Parts {
  const present = (...expressions: (Expression | undefined)[]): Expression[] =>
    expressions.flatMap((expression) => expression ?? []);
  switch (binding.kind) {
    case 'rest': {
      const headers = binding.headers.map(({ value }) => value);
      return { templates: [binding.path, ...headers], addresses: [binding.path], expressions: present(binding.body) };
    }
    case 'grpc':
      return {
        templates: binding.metadata.map(({ value }) => value),
        addresses: [],
        expressions: present(binding.request),
      };
    case 'function':
      return { templates: [], addresses: [], expressions: present(binding.payload) };
    case 'request':
      return { templates: [binding.topic], addresses: [binding.topic], expressions: present(binding.payload) };
    case 'publish':
      return {
        templates: [binding.topic],
        addresses: [binding.topic],
        expressions: present(binding.payload, binding.key),
      };
    case 'subscribe':
      return { templates: [binding.topic], addresses: [binding.topic], expressions: [] };
  }
}

/** Variables of the places without an operator: those of `{?a}` and `{&a}` may be missing. */
function requiredVariables({ text }: Template): readonly string[] {
  return [...text.matchAll(/\{([A-Za-z_][^{}]*)\}/g)].flatMap(([, list = '']) =>
    list.split(',').map((variable) => variable.replace(/\*$|:\d+$/, '').trim()),
  );
}

function isMadeOfParent(binding: Binding): boolean {
  switch (binding.kind) {
    case 'rest':
    case 'subscribe':
      return false;
    case 'grpc':
      return binding.request === undefined;
    case 'request':
    case 'publish':
    case 'function':
      return binding.payload === undefined;
  }
}
