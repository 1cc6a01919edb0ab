import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { testGraph, type TestGraph, type TestService } from '../execution/test-graph.ts';
import { answers, type SuiteData } from './answers.ts';

type SuiteTest = {
  readonly name: string;
  readonly query: string;
  readonly data: unknown;
  readonly errors: boolean | undefined;
};

export type Suite = {
  readonly name: string;
  readonly tests: readonly SuiteTest[];
  readonly services: () => Readonly<Record<string, TestService>>;
  readonly connect: () => TestGraph;
};

const root = new URL('./suites/', import.meta.url);

/** Every suite of the folder: its tests in order, and its subgraphs answering out of its data as its README says. */
export function loadSuites(): readonly Suite[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name,
      tests: loadTests(name),
      services: () => loadServices(name),
      connect: () => testGraph(loadServices(name)),
    }));
}

function loadServices(suite: string): Record<string, TestService> {
  const folder = new URL(`${suite}/`, root);
  const data = JSON.parse(readFileSync(new URL('data.json', folder), 'utf8')) as SuiteData;
  const behaviours = answers[suite]?.(data) ?? {};
  const names = readdirSync(new URL('subgraphs/', folder)).map((file) => basename(file, '.graphql'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      { ...behaviours[name], sdl: readFileSync(new URL(`subgraphs/${name}.graphql`, folder), 'utf8') },
    ]),
  );
}

function loadTests(suite: string): readonly SuiteTest[] {
  const folder = new URL(`${suite}/tests/`, root);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.query.graphql'))
    .toSorted()
    .map((file) => {
      const name = basename(file, '.query.graphql');
      const expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, folder), 'utf8')) as {
        data?: unknown;
        errors?: boolean;
      };
      return {
        name,
        query: readFileSync(new URL(file, folder), 'utf8'),
        data: expected.data ?? null,
        errors: expected.errors,
      };
    });
}
