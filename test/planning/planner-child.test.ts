import { expect, it, onTestFinished } from 'vitest';
import { composeHostileGraph } from '../../bench/hostile-graph.ts';
import { startPlannerChild } from '../../src/planning/planner-child.ts';

const { supergraph } = await composeHostileGraph();

function startChild(sdl: string) {
  const child = startPlannerChild(sdl);
  onTestFinished(child.end);
  return { child, ask: (text: string) => child.plan({ text, labels: [], percent: 100 }) };
}

it('plans as this process would', async () => {
  const { child, ask } = startChild(supergraph.sdl);
  await child.ready;
  expect(await ask('{ me { name } }')).toMatchObject({ kind: 'Fetch', serviceName: 'nodes', operation: '{me{name}}' });
});

it('says what is wrong with an operation, and goes on', async () => {
  const { ask } = startChild(supergraph.sdl);
  await expect(ask('{ me {')).rejects.toThrow(/./);
  expect(await ask('{ me { name } }')).toMatchObject({ kind: 'Fetch' });
});

it('ends while it plans what never ends', async () => {
  const { child, ask } = startChild(supergraph.sdl);
  await child.ready;
  const endless = ask('{ nodes { id peer { id peer { id peer { id } } } } }');
  child.end();
  await expect(endless).rejects.toThrow("the planner's process was ended");
  expect(child.hasEnded()).toBe(true);
  await expect(ask('{ me { name } }')).rejects.toThrow("the planner's process has ended");
});

it('fails what was asked when it ends by itself', async () => {
  const { child, ask } = startChild('type Query { this is no supergraph');
  await expect(ask('{ me { name } }')).rejects.toThrow("the planner's process ended (exit code 1)");
  await expect(child.ready).rejects.toThrow("the planner's process ended");
  expect(child.hasEnded()).toBe(true);
});
