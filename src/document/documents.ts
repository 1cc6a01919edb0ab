import { Kind } from 'graphql';
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { DEFAULT_LIMITS, type DocumentLimits } from '../config/limits.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { Constraints } from './compile-constraints.ts';
import { createOperationChecks } from './operation-checks.ts';
import { pickOperation } from './pick-operation.ts';
import { reachableFragments } from './reachable-fragments.ts';
import { readDocument } from './read-document.ts';
import type { CheckedDocument } from './read-document.ts';
import type { Costs } from './read-costs.ts';
import { TextCache } from './text-cache.ts';

export type DocumentsOptions = {
  readonly apiSchema: GraphQLSchema;
  /** Whether `__schema` and `__type` may be asked. */
  readonly introspection: boolean;
  /** Whether messages may say "Did you mean …": they tell names of the schema. */
  readonly suggestions: boolean;
  /** The contract's by default. */
  readonly limits?: DocumentLimits | undefined;
  /** What the supergraph says about cost; nothing by default. */
  readonly costs?: Costs | undefined;
  /** What arguments and input fields are held against; nothing by default. */
  readonly constraints?: Constraints | undefined;
  /** How many documents are kept: 1000 by default. Their sizes are bounded too. */
  readonly cacheSize?: number | undefined;
};

/** Operations by their text: parsed, counted and validated once, then remembered, the refused ones too. */
export type Documents = {
  /**
   * The operation `operationName` of a document (its only one without a name). The same operation of the same
   * text is the same object as long as it is remembered. Throws RequestErrors.
   */
  readonly read: (query: string, operationName: string | undefined) => CheckedOperation;
  /**
   * Holds the variables of an operation that `read` gave against constraints, and its cost against the limit where it
   * depends on them. Throws RequestErrors with BAD_USER_INPUT or OPERATION_TOO_COSTLY.
   */
  readonly checkVariables: (operation: CheckedOperation, variables: Readonly<Record<string, unknown>>) => void;
  /** Operations of the `count` documents that were read last, with their documents' text; the latest first. */
  readonly latest: (count: number) => readonly ReadOperation[];
};

type ReadOperation = { readonly query: string; readonly operation: CheckedOperation };

type ReadDocument = CheckedDocument & {
  readonly operations: Map<OperationDefinitionNode, CheckedOperation | RequestErrors>;
};

const DEFAULT_CACHE_SIZE = 1000;
const CACHE_BYTES = 64_000_000;
// What is kept of a document grows with what it selects: its nodes, plans and compiled operations.
const BYTES_PER_SELECTION = 500;
// A client that sends ever new nonsense must not drive good documents out.
const REFUSED = { entries: 200, bytes: 2_000_000 };

export function createDocuments(options: DocumentsOptions): Documents {
  const accepted = new TextCache<ReadDocument>({
    entries: options.cacheSize ?? DEFAULT_CACHE_SIZE,
    bytes: CACHE_BYTES,
  });
  const refused = new TextCache<RequestErrors>(REFUSED);

  const limits = options.limits ?? DEFAULT_LIMITS;
  const { check, checkVariables } = createOperationChecks(options, limits);

  function load(query: string): ReadDocument {
    const failure = refused.get(query);
    if (failure !== undefined) throw failure;
    try {
      const document = { ...readDocument(query, { ...options, limits }), operations: new Map() };
      accepted.set(query, document, document.selections * BYTES_PER_SELECTION);
      return document;
    } catch (error) {
      if (error instanceof RequestErrors) refused.set(query, error);
      throw error;
    }
  }

  function readOperation(document: ReadDocument, picked: OperationDefinitionNode): CheckedOperation | RequestErrors {
    const known = document.operations.get(picked);
    if (known !== undefined) return known;
    const operation = check(toCheckedOperation(document, picked));
    document.operations.set(picked, operation);
    return operation;
  }

  return {
    read: (query, operationName) => {
      const document = accepted.get(query) ?? load(query);
      const operation = readOperation(document, pickOperation(document, operationName));
      if (operation instanceof RequestErrors) throw operation;
      return operation;
    },
    checkVariables,
    latest: (count) => accepted.latest(count).flatMap(([query, document]) => acceptedOperations(query, document)),
  };
}

function acceptedOperations(query: string, { operations }: ReadDocument): readonly ReadOperation[] {
  return [...operations.values()].flatMap((operation) =>
    operation instanceof RequestErrors ? [] : [{ query, operation }],
  );
}

function toCheckedOperation({ fragments }: CheckedDocument, operation: OperationDefinitionNode): CheckedOperation {
  const used = reachableFragments(operation, fragments);
  const document = { kind: Kind.DOCUMENT, definitions: [operation, ...used.values()] } as const;
  return { operation, fragments: used, document, kept: new Map() };
}
