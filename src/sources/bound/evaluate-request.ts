import { GatewayError } from '../../errors/gateway-error.ts';
import type { Expression, ExpressionRoots } from '../../model/expression.ts';

/** What an expression makes of a call's values. Throws BAD_USER_INPUT where they have not the types its functions take. */
export function evaluateRequest(expression: Expression, roots: ExpressionRoots): unknown {
  try {
    return expression.evaluate(roots);
  } catch (cause) {
    throw new GatewayError('BAD_USER_INPUT', 'The arguments do not fit the call.', { detail: expression.text, cause });
  }
}
