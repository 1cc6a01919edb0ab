import { expect, it } from 'vitest';
import { TextCache } from '../../src/document/text-cache.ts';

function cache(limits: { entries?: number; bytes?: number }, ...texts: string[]) {
  const subject = new TextCache<string>({ entries: 100, bytes: 1000, ...limits });
  for (const text of texts) subject.set(text, `value of ${text}`);
  return { subject, kept: () => texts.filter((text) => subject.get(text) !== undefined) };
}

it('keeps a bounded number of entries, the newest', () => {
  expect(cache({ entries: 2 }, 'a', 'b', 'c').kept()).toEqual(['b', 'c']);
});

it('keeps a bounded length of text, two bytes a character', () => {
  expect(cache({ bytes: 8 }, 'aa', 'bb', 'cc').kept()).toEqual(['bb', 'cc']);
  expect(cache({ bytes: 8 }, 'aa', 'bbbb').kept()).toEqual(['bbbb']);
});

it('does not keep a text longer than all it may hold, nor drop others for it', () => {
  expect(cache({ bytes: 8 }, 'aa', 'too long').kept()).toEqual(['aa']);
});

it('counts a text once however often it is set', () => {
  expect(cache({ bytes: 8 }, 'aa', 'bb', 'aa', 'aa').kept()).toEqual(['aa', 'bb', 'aa', 'aa']);
});
