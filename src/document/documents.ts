import { Kind } from 'graphql';
import type { FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import type { CheckedOperation } from '../model/operation.ts';
import { findIntrospection } from './find-introspection.ts';
import { pickOperation } from './pick-operation.ts';
import { readDocument } from './read-document.ts';
import type { CheckedDocument } from './read-document.ts';
import { TextCache } from './text-cache.ts';

export type DocumentsOptions = {
  readonly apiSchema: GraphQLSchema;
  /** Whether `__schema` and `__type` may be asked. */
  readonly introspection: boolean;
  /** Whether messages may say "Did you mean …": they tell names of the schema. */
  readonly suggestions: boolean;
  /** How many documents are kept: 1000 by default. Their texts are bounded too. */
  readonly cacheSize?: number | undefined;
};

/** Operations by their text: parsed and validated once, then remembered, the refused ones too. */
export type Documents = {
  /**
   * The operation `operationName` of a document (its only one without a name). The same operation of the same
   * text is the same object as long as it is remembered. Throws RequestErrors.
   */
  readonly read: (query: string, operationName: string | undefined) => CheckedOperation;
};

type ReadDocument = CheckedDocument & { readonly operations: Map<OperationDefinitionNode, CheckedOperation> };

const DEFAULT_CACHE_SIZE = 1000;
const CACHE_BYTES = 32_000_000;
// A client that sends ever new nonsense must not drive good documents out.
const REFUSED = { entries: 200, bytes: 2_000_000 };

export function createDocuments(options: DocumentsOptions): Documents {
  const accepted = new TextCache<ReadDocument>({
    entries: options.cacheSize ?? DEFAULT_CACHE_SIZE,
    bytes: CACHE_BYTES,
  });
  const refused = new TextCache<RequestErrors>(REFUSED);

  function load(query: string): ReadDocument {
    const failure = refused.get(query);
    if (failure !== undefined) throw failure;
    try {
      const document = { ...readDocument(query, options), operations: new Map() };
      accepted.set(query, document);
      return document;
    } catch (error) {
      if (error instanceof RequestErrors) refused.set(query, error);
      throw error;
    }
  }

  return {
    read: (query, operationName) => {
      const document = accepted.get(query) ?? load(query);
      const picked = pickOperation(document, operationName);
      const known = document.operations.get(picked);
      if (known !== undefined) return known;
      const operation = toCheckedOperation(document, picked);
      if (!options.introspection) refuseIntrospection(operation);
      document.operations.set(picked, operation);
      return operation;
    },
  };
}

function toCheckedOperation({ fragments }: CheckedDocument, operation: OperationDefinitionNode): CheckedOperation {
  const used = reachableFragments(operation, fragments);
  return { operation, fragments: used, document: { kind: Kind.DOCUMENT, definitions: [operation, ...used.values()] } };
}

function reachableFragments(
  operation: OperationDefinitionNode,
  fragments: CheckedDocument['fragments'],
): CheckedDocument['fragments'] {
  const reached = new Map<string, FragmentDefinitionNode>();
  const queue = [operation.selectionSet];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const selection of next.selections) {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        if (selection.selectionSet !== undefined) queue.push(selection.selectionSet);
        continue;
      }
      const fragment = fragments.get(selection.name.value);
      if (fragment === undefined || reached.has(fragment.name.value)) continue;
      reached.set(fragment.name.value, fragment);
      queue.push(fragment.selectionSet);
    }
  }
  return reached;
}

function refuseIntrospection(operation: CheckedOperation): void {
  const found = findIntrospection(operation);
  if (found === undefined) return;
  const message = `Introspection is off: "${found.name}" cannot be asked here.`;
  throw new RequestErrors([new GatewayError('INTROSPECTION_DISABLED', message, { locations: found.locations })]);
}
