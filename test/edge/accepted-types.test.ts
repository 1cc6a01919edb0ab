import { describe, expect, it } from 'vitest';
import { readAcceptedTypes } from '../../src/edge/accepted-types.ts';

const JSON_TYPE = 'application/json';
const RESPONSE_TYPE = 'application/graphql-response+json';
const EVENTS = 'text/event-stream';
const MULTIPART = 'multipart/mixed';

describe('readAcceptedTypes', () => {
  it.each<[string | null, string, string | null]>([
    [null, JSON_TYPE, EVENTS],
    ['', JSON_TYPE, EVENTS],
    ['*/*', JSON_TYPE, EVENTS],
    ['application/*', JSON_TYPE, null],
    [JSON_TYPE, JSON_TYPE, null],
    ['APPLICATION/JSON; charset=UTF-8', JSON_TYPE, null],
    [`${RESPONSE_TYPE}, ${JSON_TYPE}`, RESPONSE_TYPE, null],
    [`${JSON_TYPE}, ${RESPONSE_TYPE}`, JSON_TYPE, null],
    [`${JSON_TYPE};q=0.9, ${RESPONSE_TYPE}`, RESPONSE_TYPE, null],
    [`${JSON_TYPE};q=0, */*`, RESPONSE_TYPE, EVENTS],
    [`*/*;q=0.1, ${RESPONSE_TYPE}`, RESPONSE_TYPE, EVENTS],
    [EVENTS, EVENTS, EVENTS],
    [`${EVENTS}, ${JSON_TYPE}`, JSON_TYPE, EVENTS],
    [`multipart/mixed;boundary="graphql";subscriptionSpec=1.0,${JSON_TYPE}`, JSON_TYPE, MULTIPART],
    [MULTIPART, RESPONSE_TYPE, MULTIPART],
    [`${MULTIPART}, ${EVENTS}`, EVENTS, MULTIPART],
  ])('reads %j', (accept, single, stream) => {
    expect(readAcceptedTypes(accept)).toEqual({ single, stream });
  });

  it.each([
    'text/html',
    'application/json;q=0',
    'application/json;charset=utf-16',
    'nonsense',
    'application/json;q=nonsense',
  ])('refuses %j', (accept) => {
    expect(() => readAcceptedTypes(accept)).toThrow(expect.objectContaining({ code: 'NOT_ACCEPTABLE' }));
  });
});
