import type { MethodDefinition } from '@grpc/grpc-js';
import type { Place } from '../errors/problem.ts';
import type { Expression, Template } from './expression.ts';

/** With `batch`, key variables hold lists of at most `max` keys a call; answers are matched by `match` fields. */
export type BatchBinding = { readonly max: number; readonly match: readonly string[] };

type BindingBase = {
  /** `Type` for an entity binding, `Type.field` for a field's. */
  readonly coordinate: string;
  readonly place: Place;
  /** The `@source(name:)` it speaks to; undefined for the subgraph's own URL. */
  readonly source: string | undefined;
  /** What of the answer is the field's value. */
  readonly select: Expression | undefined;
  readonly batch: BatchBinding | undefined;
};

/** A header: its name in lower case, its value as text with `{args.x}`, `{claims.x}`, `{headers.x}` places. */
export type HeaderTemplate = { readonly name: string; readonly value: Template };

/** How a call's body is written; `NONE` sends none. */
export type BodyFormat = 'JSON' | 'FORM' | 'NONE';

/** How a field is gathered out of a service's pages. */
export type Pagination = {
  readonly by: 'PAGE' | 'OFFSET' | 'CURSOR' | 'LINK';
  /** The query parameter of the page's number, offset or cursor. Of LINK: where in the next page's URL its cursor is. */
  readonly param: string | undefined;
  /** The query parameter that says how many items a page shall have; undefined: they have always `pageSize`. */
  readonly sizeParam: string | undefined;
  /** The most items a page may have. */
  readonly pageSize: number;
  readonly firstPage: number;
  /** Of an answer: the next cursor; for PAGE and OFFSET whether there are further pages. */
  readonly next: Expression | undefined;
  /** Of an answer: how many items there are in all pages. */
  readonly total: Expression | undefined;
  /** The most items of one field. */
  readonly max: number;
  readonly into: 'list' | 'connection';
};

export type RestBinding = BindingBase & {
  readonly kind: 'rest';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: Template;
  /** undefined: the `input` argument (or the one argument not in the path) for methods with a body. */
  readonly body: Expression | undefined;
  readonly bodyFormat: BodyFormat;
  readonly headers: readonly HeaderTemplate[];
  readonly paginate: Pagination | undefined;
};

export type GrpcBinding = BindingBase & {
  readonly kind: 'grpc';
  /** `package.Service/Method`. */
  readonly methodName: string;
  readonly method: MethodDefinition<object, object>;
  /** What every call bears; values of `-bin` names are base64. */
  readonly metadata: readonly HeaderTemplate[];
  /** Of a server stream that gives a list: how long it may be. */
  readonly maxMessages: number;
  /** Whether the request message has a field of this name. */
  readonly takes: (name: string) => boolean;
  /** Maps `{ args, this, claims, headers }` to the request message; undefined: arguments by name, over the fields of the parent or key. */
  readonly request: Expression | undefined;
};

export type RequestBinding = BindingBase & {
  readonly kind: 'request';
  readonly topic: Template;
  readonly payload: Expression | undefined;
};

export type PublishBinding = BindingBase & {
  readonly kind: 'publish';
  readonly topic: Template;
  readonly payload: Expression | undefined;
  readonly key: Expression | undefined;
};

export type SubscribeBinding = BindingBase & {
  readonly kind: 'subscribe';
  readonly topic: Template;
};

export type FunctionBinding = BindingBase & {
  readonly kind: 'function';
  readonly name: string;
  /** Answers when the event has been accepted. */
  readonly isAsync: boolean;
  readonly payload: Expression | undefined;
};

/** How one field or entity is fetched. */
export type Binding = RestBinding | GrpcBinding | RequestBinding | PublishBinding | SubscribeBinding | FunctionBinding;
