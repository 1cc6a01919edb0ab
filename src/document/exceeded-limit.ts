import type { ASTNode } from 'graphql';
import type { DocumentLimits } from '../config/limits.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';

type Limited = {
  readonly code: ErrorCode;
  /** What is counted, as it stands in the message. */
  readonly counted: string;
  readonly remedy: string;
};

const LIMITED: Readonly<Record<keyof DocumentLimits, Limited>> = {
  tokens: { code: 'TOO_MANY_TOKENS', counted: 'tokens', remedy: 'Send a shorter document, large values as variables.' },
  depth: {
    code: 'OPERATION_TOO_DEEP',
    counted: 'levels of fields',
    remedy: 'Ask for the deeper levels by themselves.',
  },
  aliases: { code: 'TOO_MANY_ALIASES', counted: 'aliases', remedy: 'Ask for lists, or in several operations.' },
  rootFields: { code: 'TOO_MANY_ROOT_FIELDS', counted: 'root fields', remedy: 'Ask in several operations.' },
  directives: { code: 'TOO_MANY_DIRECTIVES', counted: 'directives', remedy: 'Put one on a fragment of many fields.' },
  selections: {
    code: 'TOO_MANY_SELECTIONS',
    counted: 'selections, fragments counted where they are spread',
    remedy: 'Select less, or in several operations.',
  },
  cost: { code: 'OPERATION_TOO_COSTLY', counted: 'of cost', remedy: 'Ask for fewer items, or for less of each.' },
};

export type Excess = {
  /** The setting under `limits:`. */
  readonly key: keyof DocumentLimits;
  readonly limit: number;
  /** undefined: counting stopped at the limit. */
  readonly found?: number | undefined;
  /** Replaces what is counted in the message. */
  readonly counted?: string;
  readonly node?: ASTNode | undefined;
  /** No setting moves this limit. */
  readonly isFixed?: boolean;
};

/** The refusal of a document or operation that is over a limit: it says the limit, what was found, and the setting. */
export function exceededLimit({
  key,
  limit,
  found,
  counted = LIMITED[key].counted,
  node,
  isFixed,
}: Excess): RequestErrors {
  const { code, remedy } = LIMITED[key];
  const setting = isFixed === true ? '' : ` The limit is the gateway's setting limits.${key}.`;
  const message = `Expected at most ${limit} ${limit === 1 ? toSingular(counted) : counted}, but found ${found ?? 'more'}. ${remedy}${setting}`;
  const token = node?.loc?.startToken;
  const locations = token && [{ line: token.line, column: token.column }];
  return new RequestErrors([new GatewayError(code, message, { locations })]);
}

function toSingular(counted: string): string {
  return counted.replace(/^(alias)es\b|^(root field|[a-z]+)s\b/, '$1$2');
}
