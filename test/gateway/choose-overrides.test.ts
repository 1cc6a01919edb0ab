import { describe, expect, it } from 'vitest';
import { createChooseOverrides } from '../../src/gateway/choose-overrides.ts';

function chooser(
  overrides: { labels?: string[]; percentages?: number[] },
  settings: Record<string, boolean | number>,
  draws: number[],
) {
  const logged: string[] = [];
  const choose = createChooseOverrides({ labels: [], percentages: [], ...overrides }, settings, {
    log: (_level, message) => void logged.push(message),
    random: () => draws.shift() ?? 0,
  });
  return { choose, logged };
}

describe('the overrides of a request', () => {
  it('are none where the graph has none', () => {
    expect(chooser({}, {}, []).choose()).toMatchObject({ key: '', percent: 100 });
  });

  it('follow percent(25) for draws below it only, with one key for each choice that differs', () => {
    const { choose } = chooser({ percentages: [25, 75] }, {}, [0, 0.249, 0.25, 0.5, 0.75, 0.99]);
    expect(Array.from({ length: 6 }, () => choose().percent)).toEqual([0, 0, 25, 25, 75, 75]);
    expect(new Set(Array.from({ length: 6 }, () => choose().key)).size).toBe(1);
  });

  it('follow a label as the config says: on, off, a share, and off where it says nothing', () => {
    const { choose } = chooser(
      { labels: ['on', 'off', 'half', 'unsaid'] },
      { on: true, off: false, half: 50 },
      [0.4, 0, 0.6, 0],
    );
    expect([...choose().labels]).toEqual(['on', 'half']);
    expect([...choose().labels]).toEqual(['on']);
  });

  it('warn of a label that no field has', () => {
    expect(chooser({ labels: ['beta'] }, { bta: true }, []).logged).toEqual([
      'graph.overrides.bta: no field has @override(label: "bta").',
    ]);
  });
});
