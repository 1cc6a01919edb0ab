import type { FunctionBinding } from '../../model/binding.ts';
import { type BatchArgument, type CallSite, readCall, type RequestExpression } from '../call-site.ts';
import { checkSelect } from '../check-answer.ts';
import { checkEvent } from '../check-event.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const functionDirective: DirectiveDeclaration = {
  name: 'function',
  sdl: /* GraphQL */ `
    """
    Invokes a serverless function, whose answer gives the field, or on an entity type the entity by its key: AWS Lambda
    (\`lambda://REGION\`) or a function behind HTTP (Knative, OpenFaaS, Cloud Run).
    """
    directive @function(
      """
      Of Lambda the function's name, perhaps with a qualifier (\`orders:live\`), or its ARN; over HTTP the path below the service's URL.
      """
      name: String!
      """
      JMESPath over { args, this, claims, headers }, and keys with \`batch\`: the event. Without it, the arguments by name, over the fields of the parent or key.
      """
      payload: String
      """
      JMESPath over the answer: what of it is the value.
      """
      select: String
      """
      One invocation for many keys; key variables hold lists.
      """
      batch: selvedge__Batch
      """
      Only a Mutation field's: answers when the event has been accepted. A Boolean field is then true; an object's fields are read from the event.
      """
      async: Boolean! = false
      """
      A further service of the subgraph, named by @source.
      """
      source: String
    ) on FIELD_DEFINITION | OBJECT
  `,
};

export type FunctionArguments = {
  readonly name: string;
  readonly payload?: string;
  readonly select?: string;
  readonly batch?: BatchArgument;
  readonly async: boolean;
  readonly source?: string;
};

/** What can stand in a Lambda's name or ARN, or in a path, and lead nowhere else. */
const NAME = /^[\w:$~-]+(?:[./][\w:$~-]+)*$/;

/** Undefined, and reported, where the call cannot be made of it. */
export function readFunction(site: CallSite, args: FunctionArguments): FunctionBinding | undefined {
  if (site.kind === 'subscription') {
    site.fault('BINDING_MISPLACED', 'is a stream, which @function cannot give', 'Use @subscribe, @grpc or @rest.');
    return undefined;
  }
  if (!NAME.test(args.name))
    site.fault(
      'INVALID_DIRECTIVE_ARGUMENT',
      `names the function ${JSON.stringify(args.name)}`,
      'A name holds letters, digits and _ : $ ~ -, its parts divided by "." or "/".',
    );
  const call = readCall(site, args);
  checkSelect(site, args);
  const payload = args.payload === undefined ? undefined : site.requestExpression('payload', args.payload);
  if (args.async) checkAsync(site, args, payload);
  return { ...call, kind: 'function', name: args.name, isAsync: args.async, payload: payload?.expression };
}

function checkAsync(site: CallSite, args: FunctionArguments, payload: RequestExpression | undefined): void {
  if (args.select !== undefined)
    site.fault('INVALID_DIRECTIVE_ARGUMENT', 'selects from an answer that it does not wait for', 'Take `select` off.');
  if (site.kind === 'mutation') {
    checkEvent(site, args.payload, payload);
    return;
  }
  site.fault(
    'BINDING_MISPLACED',
    'invokes a function without waiting for its answer, which only a field of Mutation may do',
    'Take `async` off.',
  );
}
