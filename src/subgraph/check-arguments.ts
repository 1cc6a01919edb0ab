import type { InputValueDefinitionNode } from 'graphql';
import type { Binding, RestBinding } from '../model/binding.ts';
import { readArgumentNames } from './binding-names.ts';
import { isWrong, type Report } from './report.ts';
import { namedTypeOf, type TypeIndex } from './type-index.ts';

type Context = { readonly index: TypeIndex; readonly bindings: readonly Binding[]; readonly report: Report };

/** Hints at arguments that a client may give and no call sends. */
export function checkArguments({ index, bindings, report }: Context): void {
  for (const binding of bindings) {
    // A name that is written wrong is told as such.
    if (isWrong(report, binding.coordinate)) continue;
    const [typeName = '', fieldName = ''] = binding.coordinate.split('.');
    const args = index.types.get(typeName)?.fields.get(fieldName)?.arguments ?? [];
    const sent = sentNames(binding, args, index);
    for (const node of args.filter(({ name }) => sent !== 'all' && !sent.has(name.value))) {
      report.hint({
        code: 'ARGUMENT_UNUSED',
        message: `${binding.coordinate} has the argument "${node.name.value}", which its call does not send.`,
        remedy: sayWhereToPut(binding, node, index),
        coordinate: binding.coordinate,
        at: node,
      });
    }
  }
}

function sentNames(
  binding: Binding,
  args: readonly InputValueDefinitionNode[],
  index: TypeIndex,
): ReadonlySet<string> | 'all' {
  const named = readArgumentNames(
    binding,
    args.map(({ name }) => name.value),
  );
  if (named === 'all') return 'all';
  if (binding.kind !== 'rest') return named;
  const paged = binding.paginate === undefined ? [] : ['first', 'after', 'limit'];
  return new Set([...named, ...paged, ...bodyNames(binding, args, index)]);
}

/** Without an expression for it, a body is the input object called \`input\`, or the only one there is, or all arguments. */
function bodyNames(
  { method, body, bodyFormat, path }: RestBinding,
  args: readonly InputValueDefinitionNode[],
  { types }: TypeIndex,
): readonly string[] {
  if (method === 'GET' || method === 'DELETE' || body !== undefined || bodyFormat === 'NONE') return [];
  const inPath = new Set(path.variables.map((variable) => variable.replace(/^args\./, '').split('.')[0]));
  const rest = args.filter(({ name }) => !inPath.has(name.value));
  const input = rest.find(({ name }) => name.value === 'input');
  const isObject = input !== undefined && types.get(namedTypeOf(input.type).name.value)?.kind === 'input';
  return isObject ? ['input'] : rest.map(({ name }) => name.value);
}

function sayWhereToPut(binding: Binding, node: InputValueDefinitionNode, index: TypeIndex): string {
  const { value: name } = node.name;
  const takeOff = 'or take it off';
  switch (binding.kind) {
    case 'rest':
      return binding.method === 'GET' || binding.method === 'DELETE'
        ? `Put it into the path (\`{?${toVariable(node, index)}}\`) or a header, ${takeOff}.`
        : `Put it into the path, or into \`body\` as \`args.${name}\`, ${takeOff}.`;
    case 'subscribe':
      return `Put it into the topic (\`{${name}}\`), ${takeOff}.`;
    case 'grpc':
      return `Put it into \`request\` as \`args.${name}\`, ${takeOff}.`;
    case 'request':
    case 'publish':
    case 'function':
      return `Put it into \`payload\` as \`args.${name}\`, ${takeOff}.`;
  }
}

/** Of an object a field: it has no place in a path by itself. */
function toVariable({ name, type }: InputValueDefinitionNode, { types }: TypeIndex): string {
  const [field] = types.get(namedTypeOf(type).name.value)?.inputFields.keys() ?? [];
  return field === undefined ? name.value : `args.${name.value}.${field}`;
}
