import { describe, expect, it } from 'vitest';
import { TextCache } from '../../src/document/text-cache.ts';

function cache(limits: { entries?: number; bytes?: number }, ...texts: string[]) {
  const subject = new TextCache<string>({ entries: 100, bytes: 1000, ...limits });
  const add = (...added: string[]) => {
    for (const text of added) subject.set(text, `value of ${text}`);
  };
  add(...texts);
  return { subject, add, kept: () => subject.latest(1000).map(([text]) => text) };
}

const texts = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}${index}`);

it('keeps a bounded number of entries, the newest', () => {
  expect(cache({ entries: 2 }, 'a', 'b', 'c').kept()).toEqual(['c', 'b']);
});

it('keeps a bounded length of text, two bytes a character', () => {
  expect(cache({ bytes: 8 }, 'aa', 'bb', 'cc').kept()).toEqual(['cc', 'bb']);
  expect(cache({ bytes: 8 }, 'aa', 'bbbb').kept()).toEqual(['bbbb']);
});

it('does not keep a text longer than all it may hold, nor drop others for it', () => {
  expect(cache({ bytes: 8 }, 'aa', 'too long').kept()).toEqual(['aa']);
});

it('counts a text once however often it is set', () => {
  expect(cache({ bytes: 8 }, 'aa', 'bb', 'aa', 'aa').kept()).toEqual(['aa', 'bb']);
});

it('gives the value that was set last', () => {
  const { subject } = cache({}, 'a');
  subject.set('a', 'another');
  expect(subject.get('a')).toBe('another');
  expect(subject.get('b')).toBeUndefined();
});

it('tells what was read last, first', () => {
  const { subject, kept } = cache({}, 'a', 'b', 'c');
  subject.get('b');
  subject.get('a');
  expect(kept()).toEqual(['a', 'b', 'c']);
});

describe('ever new texts', () => {
  it('drive out none that was read', () => {
    const { subject, add, kept } = cache({ entries: 40 }, 'used');
    subject.get('used');
    add(...texts(5000, 'new'));
    expect(kept()).toContain('used');
  });

  it('drive out none that was read, however large they are', () => {
    const { subject, add, kept } = cache({ bytes: 1000 }, 'used');
    subject.get('used');
    add(...texts(100, 'x'.repeat(150)));
    expect(kept()).toContain('used');
  });

  it('are soon forgotten', () => {
    expect(cache({ bytes: 1_000_000, entries: 1000 }, ...texts(1000, 'new')).kept()).toHaveLength(32);
  });
});

it('keeps what comes back after it was forgotten', () => {
  const { add, kept } = cache({ bytes: 1_000_000, entries: 1000 }, ...texts(300, 'a'));
  add(...texts(300, 'a'));
  expect(kept().length).toBeGreaterThan(260);
  add(...texts(1000, 'b'));
  expect(kept()).toContain('a0');
});

it('drops what was not read for longest, where all are in use', () => {
  const { subject, add, kept } = cache({ entries: 2 }, 'a', 'b');
  subject.get('a');
  subject.get('b');
  subject.get('a');
  add('c');
  expect(kept()).toEqual(['a', 'c']);
});
