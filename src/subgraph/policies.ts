import type { ConstDirectiveNode } from 'graphql';
import type { CallPolicy } from '../model/call.ts';
import type { Coordinate } from '../model/subgraph.ts';
import type { DirectiveReading } from './directive-reading.ts';
import { faultOfRetry, type RetryArguments } from './directives/retry.ts';
import { faultOfTimeout, type TimeoutArguments } from './directives/timeout.ts';
import type { Report } from './report.ts';
import type { TypeIndex } from './type-index.ts';

/** The policy of each coordinate: the field's own, its type's and the schema's, merged setting by setting. */
export function readPolicies(
  index: TypeIndex,
  reading: DirectiveReading,
  report: Report,
): (coordinate: Coordinate) => CallPolicy {
  const read = (directives: readonly ConstDirectiveNode[] | undefined) => readPolicy(directives, reading, report);
  const bySchema = read(index.schemaDirectives);
  const policies = new Map<Coordinate, CallPolicy>();
  for (const entry of index.types.values()) {
    const byType = mergePolicies(read(entry.directives), bySchema);
    policies.set(entry.name, byType);
    for (const [name, field] of entry.fields)
      policies.set(`${entry.name}.${name}`, mergePolicies(read(field.directives), byType));
  }
  return (coordinate) => policies.get(coordinate) ?? bySchema;
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
