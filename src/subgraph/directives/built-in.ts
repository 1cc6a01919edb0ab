import type { SubgraphInput } from '../../model/subgraph.ts';
import { callTypesSdl } from './call-types.ts';
import { constraintDirective } from './constraint.ts';
import type { DirectiveDeclaration } from './declaration.ts';
import { functionDirective } from './function.ts';
import { grpcDirective } from './grpc.ts';
import { mapDirective } from './map.ts';
import { publishDirective } from './publish.ts';
import { requestDirective } from './request.ts';
import { restDirective } from './rest.ts';
import { retryDirective } from './retry.ts';
import { sourceDirective } from './source.ts';
import { stitchingDeclarations } from './stitching.ts';
import { subscribeDirective } from './subscribe.ts';
import { timeoutDirective } from './timeout.ts';

/** Every directive that a subgraph schema may use without defining it, beside Federation's. */
const builtInDirectives: readonly DirectiveDeclaration[] = [
  restDirective,
  grpcDirective,
  requestDirective,
  publishDirective,
  subscribeDirective,
  functionDirective,
  mapDirective,
  sourceDirective,
  timeoutDirective,
  retryDirective,
  constraintDirective,
];

/** The names of those that a subgraph of this kind may use. */
export function builtInFor(kind: SubgraphInput['kind']): readonly string[] {
  const own = builtInDirectives.map(({ name }) => name);
  return kind === 'stitched' ? [...own, ...stitchingDeclarations.map(({ name }) => name)] : own;
}

/** The directives that say how a field or an entity is called. */
export const callDirectives: ReadonlySet<string> = new Set([
  'rest',
  'grpc',
  'request',
  'publish',
  'subscribe',
  'function',
]);

/** Their definitions, and those of the types they take. */
export const builtInSdl = [
  ...[...builtInDirectives, ...stitchingDeclarations].map(({ sdl }) => sdl.trim()),
  callTypesSdl.trim(),
].join('\n\n');
