import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { OpenConnections } from '../../src/edge/open-connections.ts';

const bounds = { connections: 100, connectionsPerAddress: 1 };

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8::1', '2001:db8:0:0:ffff::2'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['fe80::1%eth0', 'fe80::2'],
  ['::1', '::1'],
])('counts %s and %s as one client', (first, second) => {
  const open = new OpenConnections(bounds);
  expect(open.take(new PassThrough(), first)).toBeUndefined();
  expect(open.take(new PassThrough(), second)).toContain('Close some first');
});

it.each([
  ['10.0.0.1', '10.0.0.2'],
  ['2001:db8::1', '2001:db8:0:1::1'],
  ['::1', '1::'],
])('counts %s and %s as two', (first, second) => {
  const open = new OpenConnections(bounds);
  expect(open.take(new PassThrough(), first)).toBeUndefined();
  expect(open.take(new PassThrough(), second)).toBeUndefined();
});
