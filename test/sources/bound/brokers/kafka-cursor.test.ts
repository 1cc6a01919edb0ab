import { expect, it } from 'vitest';
import {
  isCoveredByKafka,
  parseKafkaCursor,
  printKafkaCursor,
} from '../../../../src/sources/bound/brokers/kafka-cursor.ts';

it('reads back what it printed', () => {
  const position = {
    own: 2,
    next: new Map([
      [0, 16],
      [2, 4],
    ]),
  };
  expect(parseKafkaCursor(printKafkaCursor(position))).toEqual(position);
  expect(parseKafkaCursor(printKafkaCursor({ own: undefined, next: new Map() }))).toEqual({
    own: undefined,
    next: new Map(),
  });
});

it.each(['', '1', '0:1', '0;0:1,', '0;0:-1', 'x;0:1', '0;0:1 '])('finds no cursor in %j', (text) => {
  expect(parseKafkaCursor(text)).toBeUndefined();
});

it.each([
  ['0;0:5,1:9', '1;0:5,1:2', true],
  ['0;0:6,1:0', '1;0:5,1:2', false],
  ['1;1:3', '0;0:9', false],
  [';0:1', '0;0:9', false],
])('says whether the message of %s was read by who has come to %s: %s', (cursor, position, covered) => {
  expect(isCoveredByKafka(cursor, position)).toBe(covered);
});
