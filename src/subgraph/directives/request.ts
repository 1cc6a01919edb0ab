import type { RequestBinding } from '../../model/binding.ts';
import { type BatchArgument, type CallSite, readCall } from '../call-site.ts';
import { checkSelect } from '../check-answer.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const requestDirective: DirectiveDeclaration = {
  name: 'request',
  sdl: /* GraphQL */ `
    """
    A request over the message broker, and its one reply: it gives the field, or on an entity type the entity by its key.
    Segments of a topic are parted by dots; \`orders.{id}.shipped\` holds an argument.
    """
    directive @request(
      topic: String!
      """
      JMESPath over { args, this, claims, headers }, and keys with \`batch\`: the message. Without it, the arguments by name, over the fields of the parent or key.
      """
      payload: String
      """
      JMESPath over the reply: what of it is the value.
      """
      select: String
      """
      One request for many keys; key variables hold lists.
      """
      batch: selvedge__Batch
      """
      A further broker of the subgraph, named by @source.
      """
      source: String
    ) on FIELD_DEFINITION | OBJECT
  `,
};

export type RequestArguments = {
  readonly topic: string;
  readonly payload?: string;
  readonly select?: string;
  readonly batch?: BatchArgument;
  readonly source?: string;
};

/** Undefined, and reported, where the call cannot be made of it. */
export function readRequest(site: CallSite, args: RequestArguments): RequestBinding | undefined {
  if (site.kind === 'subscription') {
    site.fault('BINDING_MISPLACED', 'is a stream, which @request cannot give', 'Use @subscribe.');
    return undefined;
  }
  const call = readCall(site, args);
  checkSelect(site, args);
  const topic = site.topicTemplate(args.topic, { wildcards: false, isBatched: args.batch !== undefined });
  const payload = args.payload === undefined ? undefined : site.requestExpression('payload', args.payload);
  return topic === undefined ? undefined : { ...call, kind: 'request', topic, payload: payload?.expression };
}
