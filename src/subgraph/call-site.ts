import type { TypeNode } from 'graphql';
import type { Place } from '../errors/problem.ts';
import type { BatchBinding, HeaderTemplate } from '../model/binding.ts';
import type { Expression, Template } from '../model/expression.ts';
import type { CompiledExpression } from './expression.ts';
import type { FitContext } from './fit-type.ts';
import type { ProtoContracts } from './protos.ts';
import type { ObjectShape, Shape } from './shape.ts';

export type BatchArgument = { readonly max: number; readonly match: readonly string[] };

export type HeaderArgument = { readonly name: string; readonly value: string };

/** A request expression with the shape of what it makes. */
export type RequestExpression = CompiledExpression & { readonly shape: Shape };

/** Where a call directive stands, and all that its reader may ask of the schema around it. */
export type CallSite = {
  /** A root field's operation; `field` of another type; `entity` where the directive is a type's. */
  readonly kind: 'query' | 'mutation' | 'subscription' | 'field' | 'entity';
  readonly coordinate: string;
  readonly place: Place;
  /** The type whose field it is, or the entity. */
  readonly typeName: string;
  /** The field's type; undefined for an entity. */
  readonly returns: TypeNode | undefined;
  readonly args: ObjectShape;
  /** The parent's fields that are there without a further call, or the key's; undefined for root fields. */
  readonly self: ObjectShape | undefined;
  /** Fields by which batched answers may be matched. */
  readonly keyFields: ReadonlySet<string>;
  readonly protos: ProtoContracts | undefined;
  readonly sources: ReadonlySet<string>;
  readonly fit: FitContext;
  /** Reports `<coordinate> <message>.` at the directive, or at the text in it that it is about. */
  readonly fault: (code: string, message: string, remedy: string, about?: string) => void;
  /** What the service calls an argument. */
  readonly toWireArgument: (name: string) => string;
  readonly uriTemplate: (text: string) => Template | undefined;
  readonly topicTemplate: (
    text: string,
    options: { readonly wildcards: boolean; readonly isBatched: boolean },
  ) => Template | undefined;
  readonly requestExpression: (argument: string, text: string) => RequestExpression | undefined;
  readonly answerExpression: (argument: string, text: string) => CompiledExpression | undefined;
  readonly header: (header: HeaderArgument) => HeaderTemplate | undefined;
  readonly defaultHeaders: (source: string | undefined) => readonly HeaderArgument[];
};

type CallArguments = { readonly select?: string; readonly batch?: BatchArgument; readonly source?: string };

type Call = {
  readonly coordinate: string;
  readonly place: Place;
  readonly source: string | undefined;
  readonly select: Expression | undefined;
  readonly batch: BatchBinding | undefined;
};

/** What every call directive has. Faults in it are reported. */
export function readCall(site: CallSite, args: CallArguments): Call {
  return {
    coordinate: site.coordinate,
    place: site.place,
    source: readSource(site, args.source),
    select: args.select === undefined ? undefined : site.answerExpression('select', args.select)?.expression,
    batch: readBatch(site, args.batch),
  };
}

/** A call's own headers, and of its service's those that it does not have. Faults are reported. */
export function readHeaders(
  site: CallSite,
  given: readonly HeaderArgument[] = [],
  source: string | undefined,
): readonly HeaderTemplate[] {
  const own = given.flatMap((header) => site.header(header) ?? []);
  const names = new Set(own.map(({ name }) => name));
  const defaults = site.defaultHeaders(source).flatMap((header) => site.header(header) ?? []);
  return [...own, ...defaults.filter(({ name }) => !names.has(name))];
}

function readSource(site: CallSite, source: string | undefined): string | undefined {
  if (source !== undefined && !site.sources.has(source)) {
    const known = [...site.sources].join(', ');
    const remedy =
      known === ''
        ? `Add "extend schema @source(name: "${source}")".`
        : `Choose from: ${known}; or add it with @source.`;
    site.fault('SOURCE_UNKNOWN', `calls the source "${source}", which the schema does not name`, remedy, source);
  }
  return source;
}

function readBatch(site: CallSite, batch: BatchArgument | undefined): BatchBinding | undefined {
  if (batch === undefined) return undefined;
  if (site.kind !== 'entity' && site.kind !== 'field') {
    site.fault('BATCH_INVALID', 'is a root field: there are no keys to batch', 'Take `batch` off.');
    return undefined;
  }
  if (batch.max < 1) site.fault('BATCH_INVALID', `has batch.max ${batch.max}`, 'A call carries at least 1 key.');
  const match = readMatch(batch);
  const strangers = match.filter((name) => !site.keyFields.has(name));
  if (match.length === 0 || strangers.length > 0) {
    const found = match.length === 0 ? 'names no field' : `names ${strangers.map((name) => `"${name}"`).join(', ')}`;
    const choice = [...site.keyFields].join(', ');
    site.fault(
      'BATCH_INVALID',
      `has a batch.match that ${found}, which is no field of a key`,
      choice === '' ? `Give ${site.typeName} a @key, or take \`batch\` off.` : `Choose from: ${choice}.`,
    );
  }
  return { max: batch.max, match };
}

/** The names of `match`, be they in one text or in several. */
export function readMatch({ match }: BatchArgument): readonly string[] {
  return match.flatMap((names) => names.split(/[\s,]+/)).filter((name) => name !== '');
}
