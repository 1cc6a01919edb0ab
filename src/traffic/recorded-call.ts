import { type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { isSecretName, REDACTED, redactText } from '../observability/redact.ts';
import { toRecorded } from './recorded-value.ts';

/** A call's name, and what it sends and gets, as a recording keeps them. */
export type RecordedCall = { readonly name: string; readonly toRecorded: (value: unknown) => unknown };

/**
 * In an operation's text, secrets have other names than their own: a variable's, an alias', or they stand in the text
 * itself. All other calls are named by what they are.
 */
export function toRecordedCall(name: string): RecordedCall {
  const document = name.includes('{') ? parseOperation(name) : undefined;
  if (document === undefined) return { name, toRecorded };
  const renamed = findRenamedSecrets(document);
  return {
    name: withoutSecretTexts(document, renamed) ?? name,
    toRecorded: (value) => toRecorded(value, '', (key) => renamed.has(key) || isSecretName(key)),
  };
}

function parseOperation(text: string): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return undefined; // then it is none
  }
}

/** The names of variables that are given for secrets, and of fields that are secrets under an alias. */
function findRenamedSecrets(document: DocumentNode): ReadonlySet<string> {
  const renamed = new Set<string>();
  const collect = ({ name, value }: { readonly name: { readonly value: string }; readonly value: object }): void => {
    if (isSecretName(name.value))
      visit(value as never, { Variable: (variable) => void renamed.add(variable.name.value) });
  };
  visit(document, {
    Argument: collect,
    ObjectField: collect,
    Field: ({ alias, name }) => void (alias !== undefined && isSecretName(name.value) && renamed.add(alias.value)),
  });
  return renamed;
}

/** Undefined where there are none. */
function withoutSecretTexts(document: DocumentNode, renamed: ReadonlySet<string>): string | undefined {
  let isChanged = false;
  const redact = (isSecret: boolean) => ({
    [Kind.STRING]: (node: { readonly value: string }) => {
      const value = isSecret ? REDACTED : redactText(node.value);
      if (value === node.value) return undefined;
      isChanged = true;
      return { ...node, value };
    },
  });
  const redactNamed = <Node extends { readonly name: { readonly value: string } }>(node: Node): Node | undefined =>
    isSecretName(node.name.value) ? (visit(node as never, redact(true)) as Node) : undefined;
  const named = visit(document, {
    Argument: redactNamed,
    ObjectField: redactNamed,
    VariableDefinition: (node) =>
      renamed.has(node.variable.name.value) || isSecretName(node.variable.name.value)
        ? visit(node, redact(true))
        : undefined,
  });
  const text = print(visit(named, redact(false)));
  return isChanged ? text : undefined;
}
