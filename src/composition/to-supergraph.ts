import { Kind, print } from 'graphql';
import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import type { Problem } from '../errors/problem.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { directivesByCoordinate, readAccessRules } from './access-rules.ts';
import { buildApiSchema } from './api-schema.ts';
import { readConstraints } from './carried-constraints.ts';
import { findOpenRequirements } from './open-requirements.ts';
import { describeConstraints } from './described-constraints.ts';
import { directiveNameOf, isMachineryDirective, readSpecLinks } from './spec-links.ts';
import type { SpecLink } from './spec-links.ts';

// What a supergraph may say it needs (`for: SECURITY` or `EXECUTION`): the specification has processors refuse others.
const SUPPORTED = new Set(['link', 'core', 'join', 'inaccessible', 'authenticated', 'requiresScopes']);

/** A supergraph read from its document, or what makes it unusable. Problems have coordinates, and no places yet. */
export type ReadSupergraph =
  | {
      readonly kind: 'read';
      readonly supergraph: Supergraph;
      /** Fields that tell of what they require to callers who may not see that. */
      readonly openRequirements: readonly Problem[];
    }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** Reads a parsed supergraph document. `sdl` is its text, where there is one. */
export function toSupergraph(document: DocumentNode, sdl: string = `${print(document)}\n`): ReadSupergraph {
  const links = readSpecLinks(document);
  const subgraphs = readSubgraphs(document);
  const unsupported = [...unsupportedFeatures(document, links), ...policies(document, links)];
  if (subgraphs.length === 0 || !links.some((link) => link.feature === 'join'))
    return { kind: 'failed', problems: [notASupergraph] };
  if (unsupported.length > 0) return { kind: 'failed', problems: unsupported };
  const constraints = readConstraints(document, links);
  const { schema, errors } = buildApiSchema(describeConstraints(document, constraints), links);
  if (errors.length > 0) return { kind: 'failed', problems: errors.map((error) => invalidApiSchema(error.message)) };
  const accessRules = readAccessRules(document, links);
  return {
    kind: 'read',
    openRequirements: findOpenRequirements(document, accessRules),
    supergraph: {
      sdl,
      apiSchema: schema,
      subgraphs,
      accessRules,
      constraints,
    },
  };
}

function readSubgraphs(document: DocumentNode): Supergraph['subgraphs'] {
  const graphs = document.definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
  return (graphs.values ?? []).flatMap((value) => {
    const directive = value.directives?.find((candidate) => candidate.name.value === 'join__graph');
    const name = directive && stringArgument(directive, 'name');
    if (directive === undefined || name === undefined) return [];
    const url = stringArgument(directive, 'url');
    return [{ name, url: url === '' ? undefined : url }];
  });
}

function stringArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

const notASupergraph: Problem = {
  severity: 'error',
  code: 'NOT_A_SUPERGRAPH',
  message: 'This is not a supergraph: it links no join specification and names no subgraphs in an enum join__Graph.',
  remedy:
    'Give the supergraph SDL that a composer writes (`selvedge compose --out F`), not a subgraph or an API schema.',
  places: [],
};

function unsupportedFeatures(document: DocumentNode, links: readonly SpecLink[]): Problem[] {
  return links
    .filter((link) => link.purpose !== undefined && !SUPPORTED.has(link.feature) && link.feature !== 'policy')
    .map((link) => ({
      severity: 'error',
      code: 'UNSUPPORTED_FEATURE',
      message: `The graph needs ${link.url} (for: ${link.purpose}), which this gateway does not know.`,
      remedy: 'Take the feature out of the subgraphs that use it: serving the graph without it would be wrong.',
      coordinate: firstUse(document, link),
      places: [],
    }));
}

function firstUse(document: DocumentNode, link: SpecLink): string | undefined {
  const uses = directivesByCoordinate(document).filter(([, directives]) =>
    directives?.some(({ name }) => isMachineryDirective([link], name.value)),
  );
  return uses.next().value?.[0];
}

// Serving a graph without its @policy would open what it protects.
function policies(document: DocumentNode, links: readonly SpecLink[]): Problem[] {
  const policy = directiveNameOf(links, 'policy');
  if (policy === undefined) return [];
  return [...directivesByCoordinate(document)]
    .filter(([, directives]) => directives?.some((directive) => directive.name.value === policy))
    .map(([coordinate]) => ({
      severity: 'error',
      code: 'UNSUPPORTED_FEATURE',
      message: `"${coordinate}" is protected by @${policy}, which this gateway does not evaluate.`,
      remedy: 'Protect it with @authenticated or @requiresScopes.',
      coordinate,
      places: [],
    }));
}

function invalidApiSchema(message: string): Problem {
  return {
    severity: 'error',
    code: 'INVALID_API_SCHEMA',
    message: `What clients would see of the graph is not a valid schema: ${message}`,
    remedy:
      'Clients see nothing that is @inaccessible, and no argument or input field that a subgraph lacks: let it be seen, or take away what still refers to it.',
    coordinate:
      /"([A-Za-z_]\w*(?:\.\w+)?)"/.exec(message)?.[1] ??
      /\b(?:type|field|Type|Field) ([A-Z]\w*(?:\.\w+)?)/.exec(message)?.[1],
    places: [],
  };
}
