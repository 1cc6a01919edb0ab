import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { TimerQueue } from '../../src/traffic/timer-queue.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
});

function createQueue() {
  const ended: string[] = [];
  const queue = new TimerQueue(100);
  return { ended, start: (name: string) => queue.schedule(() => void ended.push(name)) };
}

it('calls back after the delay, in the order of starting', () => {
  const { ended, start } = createQueue();
  start('a');
  vi.advanceTimersByTime(60);
  start('b');
  vi.advanceTimersByTime(39);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ended).toEqual(['a']);
  vi.advanceTimersByTime(60);
  expect(ended).toEqual(['a', 'b']);
  vi.advanceTimersByTime(1000);
  expect(ended).toEqual(['a', 'b']);
});

it('forgets what is called off, wherever it stands', () => {
  const { ended, start } = createQueue();
  const stops = ['a', 'b', 'c', 'd'].map((name) => start(name));
  for (const index of [0, 2, 2]) stops[index]?.();
  vi.advanceTimersByTime(100);
  expect(ended).toEqual(['b', 'd']);
  stops[1]?.();
  start('e');
  vi.advanceTimersByTime(100);
  expect(ended).toEqual(['b', 'd', 'e']);
});

it('is right for what starts after all others were called off', () => {
  const { ended, start } = createQueue();
  start('a')();
  vi.advanceTimersByTime(90);
  start('b');
  vi.advanceTimersByTime(99);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ended).toEqual(['b']);
});

it('takes timers that callbacks start', () => {
  const ended: string[] = [];
  const queue = new TimerQueue(100);
  queue.schedule(() => void queue.schedule(() => void ended.push('second')));
  vi.advanceTimersByTime(199);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ended).toEqual(['second']);
});

it('leaves one timer of its own, which ends by itself', () => {
  const { start } = createQueue();
  for (const stop of ['a', 'b', 'c'].map((name) => start(name))) stop();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});
