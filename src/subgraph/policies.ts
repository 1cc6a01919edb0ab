import type { ConstDirectiveNode } from 'graphql';
import type { CallPolicy } from '../model/call.ts';
import type { Coordinate, SubgraphSchema } from '../model/subgraph.ts';
import type { DirectiveReading } from './directive-reading.ts';
import { faultOfRetry, type RetryArguments } from './directives/retry.ts';
import { faultOfTimeout, type TimeoutArguments } from './directives/timeout.ts';
import type { Report } from './report.ts';
import type { TypeIndex } from './type-index.ts';

/** The policy of each coordinate: the field's own, its type's and (`policyOf`) the schema's, merged setting by setting. */
export function readPolicies(
  index: TypeIndex,
  reading: DirectiveReading,
  report: Report,
): Pick<SubgraphSchema, 'policyOf' | 'ownPolicyOf'> {
  const read = (directives: readonly ConstDirectiveNode[] | undefined) => readPolicy(directives, reading, report);
  const bySchema = read(index.schemaDirectives);
  const own = new Map<Coordinate, CallPolicy>();
  for (const entry of index.types.values()) {
    const byType = read(entry.directives);
    own.set(entry.name, byType);
    for (const [name, field] of entry.fields)
      own.set(`${entry.name}.${name}`, mergePolicies(read(field.directives), byType));
  }
  const ownPolicyOf = (coordinate: Coordinate): CallPolicy => own.get(coordinate) ?? {};
  return { ownPolicyOf, policyOf: (coordinate) => mergePolicies(ownPolicyOf(coordinate), bySchema) };
}

function readPolicy(
  directives: readonly ConstDirectiveNode[] | undefined,
  reading: DirectiveReading,
  report: Report,
): CallPolicy {
  const [timeout] = reading.read<TimeoutArguments>(directives, 'timeout');
  const [retry] = reading.read<RetryArguments>(directives, 'retry');
  const faults = [
    ...(timeout === undefined ? [] : [{ node: timeout.node, message: faultOfTimeout(timeout.args) }]),
    ...(retry === undefined ? [] : [{ node: retry.node, message: faultOfRetry(retry.args) }]),
  ];
  for (const { node, message } of faults) {
    if (message === undefined) continue;
    report.error({
      code: 'POLICY_INVALID',
      message: `@${node.name.value}: ${message}.`,
      remedy: 'Change the value.',
      at: node,
    });
  }
  return { ...(timeout && { timeoutMs: timeout.args.ms }), ...(retry && { retry: retry.args }) };
}

function mergePolicies(near: CallPolicy, far: CallPolicy): CallPolicy {
  if (near.retry === undefined || far.retry === undefined) return { ...far, ...near };
  return { ...far, ...near, retry: { ...far.retry, ...near.retry } };
}
