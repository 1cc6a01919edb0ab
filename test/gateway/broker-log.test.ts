import { expect, it } from 'vitest';
import { createBrokerLog } from '../../src/gateway/broker-log.ts';

function testLog() {
  const lines: string[] = [];
  const time = { ms: 0 };
  const log = createBrokerLog(
    (level, message, { error: _error, ...fields } = {}) => lines.push(`${level} ${message} ${JSON.stringify(fields)}`),
    () => time.ms,
  );
  return { log, lines, time };
}

it('tells once of a broker that is down, however often it is tried, and once of its return', () => {
  const { log, lines } = testLog();
  log.onConnection('mqtt://broker:1883', { kind: 'connected' });
  for (let attempt = 0; attempt < 5; attempt += 1)
    log.onConnection('mqtt://broker:1883', { kind: 'lost', cause: new Error('refused') });
  log.onConnection('mqtt://broker:1883', { kind: 'connected' });
  expect(lines).toEqual([
    'warn The message broker cannot be reached {"broker":"mqtt://broker:1883"}',
    'info The message broker is connected again {"broker":"mqtt://broker:1883"}',
  ]);
});

it('tells of a flood of dropped replies by their number, once a minute', () => {
  const { log, lines, time } = testLog();
  for (let reply = 0; reply < 1000; reply += 1) log.onDropped('memory:');
  time.ms = 60_000;
  log.onDropped('memory:');
  expect(lines).toEqual([
    'warn Replies came late, twice, for nobody or without an id that can be read, and were dropped {"broker":"memory:","count":1}',
    'warn Replies came late, twice, for nobody or without an id that can be read, and were dropped {"broker":"memory:","count":1000}',
  ]);
});
