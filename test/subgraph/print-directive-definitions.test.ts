import { buildSchema, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printDirectiveDefinitions } from '../../src/subgraph/print-directive-definitions.ts';

describe('the directive definitions', () => {
  const definitions = parse(printDirectiveDefinitions()).definitions;

  it('define every directive that is built in', () => {
    const names = definitions.flatMap((node) => (node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : []));
    expect(names).toEqual(
      expect.arrayContaining(['rest', 'grpc', 'request', 'publish', 'subscribe', 'map', 'source', 'timeout', 'retry']),
    );
  });

  it('describe each directive, and stand by themselves', () => {
    const undescribed = definitions.filter((node) => 'description' in node && node.description === undefined);
    expect(undescribed).toEqual([]);
    expect(
      buildSchema(`${printDirectiveDefinitions()} type Query { a: Int }`)
        .getDirective('rest')
        ?.args.map(({ name }) => name),
    ).toEqual([
      'GET',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'body',
      'bodyFormat',
      'headers',
      'select',
      'batch',
      'paginate',
      'source',
    ]);
  });
});
