import { AuthenticationError, type GenericError, ProtocolError, ResponseError, UserError } from '@platformatic/kafka';

/** The cluster's words that leave open whether the message is stored. */
const UNKNOWN_OUTCOMES = new Set<unknown>([
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'KAFKA_STORAGE_ERROR',
  'NETWORK_EXCEPTION',
  'UNKNOWN_SERVER_ERROR',
]);

/** Why the cluster has not done what was asked, in its own words; undefined where it may have done it, or did not answer. */
export function findRefusal(error: unknown): string | undefined {
  const all = [...walk(error)];
  if (all.some(isPartlyStored)) return undefined;
  const unknownTopic = all.find((one) => one instanceof UserError && one.message.startsWith('Unknown topic'));
  if (unknownTopic !== undefined) return `${unknownTopic.message.replace(/\.$/, '')}, which has to be made`;
  const answers = all.filter((one) => one instanceof ProtocolError);
  if (answers.length === 0 || answers.some(({ apiId }) => UNKNOWN_OUTCOMES.has(apiId))) return undefined;
  return [...new Set(answers.map(({ apiId }) => String(apiId)))].join(', ');
}

/** Whether the cluster answered: then the connection is as good as before. */
export function isAnswered(error: unknown): boolean {
  return [...walk(error)].some((one) => one instanceof ProtocolError);
}

/** Whether what was known of the cluster's leaders is out of date. */
export function isStale(error: unknown): boolean {
  return [...walk(error)].some((one) => (one as Partial<GenericError>)['hasStaleMetadata'] === true);
}

/** Whether a batch was more than the cluster takes at once. */
export function isTooLarge(error: unknown): boolean {
  return [...walk(error)].some((one) => one instanceof ProtocolError && one['apiId'] === 'MESSAGE_TOO_LARGE');
}

/** Whether the group has to be joined again. */
export function needsRejoin(error: unknown): boolean {
  return [...walk(error)].some((one) => (one as Partial<GenericError>)['needsRejoin'] === true);
}

/** Whether the cluster does not take who we say we are. */
export function isUnauthenticated(error: unknown): boolean {
  return [...walk(error)].some((one) => one instanceof AuthenticationError);
}

/** What the cluster may have against how it is spoken to, where it does not say; undefined where it is not to be told. */
export function guessRefusal(error: unknown): string | undefined {
  const said = [...walk(error)].map(({ message }) => message);
  if (said.includes('Broker requires TLS.')) return 'Kafka speaks TLS there: the URL has to begin with kafkas://.';
  if (said.some((message) => message.startsWith('Connection closed')))
    return 'Kafka hung up before it had answered: it may want a user and password, or TLS (kafkas://).';
  return undefined;
}

/** Of a batch that is parted among partitions and brokers, some may have been stored. */
function isPartlyStored(error: unknown): boolean {
  const { produced } = error as { readonly produced?: { readonly offsets?: readonly unknown[] } };
  if ((produced?.offsets?.length ?? 0) > 0) return true;
  if (!(error instanceof ResponseError)) return false;
  const { responses = [] } = error['response'] as {
    readonly responses?: readonly { readonly partitionResponses?: readonly { readonly errorCode: number }[] }[];
  };
  return responses.some(({ partitionResponses = [] }) => partitionResponses.some(({ errorCode }) => errorCode === 0));
}

/** An error, what it is made of and what caused it. */
function* walk(error: unknown): Generator<Error, undefined> {
  if (!(error instanceof Error)) return undefined;
  yield error;
  if (error instanceof AggregateError) for (const part of error.errors) yield* walk(part);
  yield* walk(error.cause);
  return undefined;
}
