import { Metadata, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { startStock, stockAt } from './stock-service.ts';

const proto = `syntax = "proto3"; package google.rpc;
  import "google/protobuf/any.proto"; import "google/protobuf/duration.proto";
  message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
  message BadRequest { repeated FieldViolation field_violations = 1;
    message FieldViolation { string field = 1; string description = 2; } }
  message RetryInfo { google.protobuf.Duration retry_delay = 1; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message LocalizedMessage { string locale = 1; string message = 2; }`;
const root = new protobuf.Root();
for (const name of ['any', 'duration'])
  root.addJSON(protobuf.common.get(`google/protobuf/${name}.proto`)?.nested ?? {});
protobuf.parse(proto, root);
root.resolveAll();

type Detail = readonly [name: string, message: object];

/** Trailers of a failed call that carry google.rpc details. */
function trailersOf(...details: readonly Detail[]): Metadata {
  const any = details.map(([name, message]) => {
    const type = root.lookupType(`google.rpc.${name}`);
    return {
      type_url: `type.googleapis.com/google.rpc.${name}`,
      value: type.encode(type.fromObject(message)).finish(),
    };
  });
  const type = root.lookupType('google.rpc.Status');
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(type.encode(type.fromObject({ details: any })).finish()));
  return metadata;
}

/** What becomes of a call that fails so; `calls` says how often the service was asked. */
async function askFailing(code: status, metadata: Metadata, { attempts = 0, details = 'as it said' } = {}) {
  const { url, log } = await startStock({ get: (_, answer) => answer({ code, details, metadata }) });
  const { raw } = await stockAt(url, { traffic: { retry: { attempts, backoffMs: 0 } } }).run(
    '{ item(sku: "A") { sku } }',
  );
  return { error: raw[0], calls: log.length };
}

const violations: Detail = ['BadRequest', { fieldViolations: [{ field: 'sku', description: 'has 8 characters' }] }];

describe('the details of a status', () => {
  it.each([
    [status.INVALID_ARGUMENT, 'BAD_USER_INPUT'],
    [status.OUT_OF_RANGE, 'BAD_USER_INPUT'],
    [status.FAILED_PRECONDITION, 'BAD_USER_INPUT'],
    [status.INTERNAL, 'UPSTREAM_ERROR'],
  ])('say which fields are wrong: %i is %s', async (code, expected) => {
    const { error } = await askFailing(code, trailersOf(violations));
    expect(error).toMatchObject({ code: expected });
    expect(error?.message).not.toContain('sku');
    expect(error?.detail).toContain(
      'BadRequest {"fieldViolations":[{"field":"sku","description":"has 8 characters"}]}',
    );
  });

  it('are not needed for what has none', async () => {
    expect((await askFailing(status.OUT_OF_RANGE, new Metadata())).error).toMatchObject({
      code: 'UPSTREAM_ERROR',
      detail: 'gRPC OUT_OF_RANGE: as it said',
    });
  });

  it('say who failed and why, with other trailers, to operators alone', async () => {
    const metadata = trailersOf(
      ['ErrorInfo', { reason: 'STOCK_LOCKED', domain: 'stock.example', metadata: { shelf: 'S1' } }],
      ['LocalizedMessage', { locale: 'en', message: 'The shelf is being counted.' }],
    );
    metadata.set('x-request-id', 'r-17');
    const { error } = await askFailing(status.ABORTED, metadata);
    expect(error?.message).toBe('The service answered with an error.');
    expect(error?.detail).toBe(
      'gRPC ABORTED: as it said (ErrorInfo {"reason":"STOCK_LOCKED","domain":"stock.example","metadata":{"shelf":"S1"}}; ' +
        'LocalizedMessage {"locale":"en","message":"The shelf is being counted."}; trailers {"x-request-id":"r-17"})',
    );
  });

  it('hold no secrets: neither by their names nor by what they look like', async () => {
    const metadata = trailersOf([
      'ErrorInfo',
      { reason: 'NO_SUCH_USER', metadata: { password: 'hunter2', shelf: 'S1', sent: 'Bearer 0123456789abcdef' } },
    ]);
    metadata.set('set-cookie', 'sid=abcdef');
    metadata.set('x-auth-hint', 'abcdef');
    metadata.set('x-request-id', 'r-17');
    const details = 'cannot read "Bearer 0123456789abcdef"';
    const { error } = await askFailing(status.ABORTED, metadata, { details });
    expect(error?.detail).toBe(
      'gRPC ABORTED: cannot read "[redacted]" ' +
        '(ErrorInfo {"reason":"NO_SUCH_USER","metadata":{"password":"[redacted]","shelf":"S1","sent":"[redacted]"}}; ' +
        'trailers {"set-cookie":"[redacted]","x-auth-hint":"[redacted]","x-request-id":"r-17"})',
    );
  });

  it('say when to ask again', async () => {
    const soon = trailersOf(['RetryInfo', { retryDelay: { nanos: 1_000_000 } }]);
    expect(await askFailing(status.RESOURCE_EXHAUSTED, soon, { attempts: 2 })).toMatchObject({
      error: { code: 'UPSTREAM_UNAVAILABLE', retryAfterMs: 1 },
      calls: 3,
    });
    const late = trailersOf(['RetryInfo', { retryDelay: { seconds: 60 } }]);
    expect(await askFailing(status.UNAVAILABLE, late, { attempts: 2 })).toMatchObject({
      error: { retryAfterMs: 60_000 },
      calls: 1,
    });
  });

  it('say not to ask again', async () => {
    const metadata = trailersOf(['RetryInfo', { retryDelay: { nanos: 1 } }]);
    metadata.set('grpc-retry-pushback-ms', '-1');
    expect(await askFailing(status.UNAVAILABLE, metadata, { attempts: 2 })).toMatchObject({
      error: { retry: 'final' },
      calls: 1,
    });
  });

  it('hold nothing up where they cannot be read, or are not known', async () => {
    const broken = new Metadata();
    broken.set('grpc-status-details-bin', Buffer.from([0xff, 0xff]));
    expect((await askFailing(status.INVALID_ARGUMENT, broken)).error).toMatchObject({
      code: 'BAD_USER_INPUT',
      detail: 'gRPC INVALID_ARGUMENT: as it said',
    });
    const foreign = new Metadata();
    const type = root.lookupType('google.rpc.Status');
    const details = [{ type_url: 'x.example/shop.v1.Trouble', value: Buffer.from([8, 5]) }];
    foreign.set('grpc-status-details-bin', Buffer.from(type.encode(type.create({ details })).finish()));
    expect((await askFailing(status.INTERNAL, foreign)).error?.detail).toContain('(Trouble {"value":"CAU="})');
  });
});
