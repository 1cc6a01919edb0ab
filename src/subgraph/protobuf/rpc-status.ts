import protobuf from 'protobufjs';
import { MessageDecoder } from './message-decoder.ts';

// google/rpc/status.proto and error_details.proto (googleapis, Apache-2.0): what errors carry by AIP-193.
const proto = `syntax = "proto3"; package google.rpc;
  message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
  message RetryInfo { google.protobuf.Duration retry_delay = 1; }
  message DebugInfo { repeated string stack_entries = 1; string detail = 2; }
  message QuotaFailure { repeated Violation violations = 1; message Violation { string subject = 1; string description = 2; } }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message PreconditionFailure {
    repeated Violation violations = 1;
    message Violation { string type = 1; string subject = 2; string description = 3; }
  }
  message BadRequest {
    repeated FieldViolation field_violations = 1;
    message FieldViolation { string field = 1; string description = 2; string reason = 3; }
  }
  message RequestInfo { string request_id = 1; string serving_data = 2; }
  message ResourceInfo { string resource_type = 1; string resource_name = 2; string owner = 3; string description = 4; }
  message Help { repeated Link links = 1; message Link { string description = 1; string url = 2; } }
  message LocalizedMessage { string locale = 1; string message = 2; }`;

/** Reads google.rpc.Status: its details are those above, and in bytes any other. */
export function compileRpcStatus(): (bytes: Uint8Array) => unknown {
  const root = new protobuf.Root();
  for (const name of ['any', 'duration'])
    root.addJSON(protobuf.common.get(`google/protobuf/${name}.proto`)?.nested ?? {});
  protobuf.parse(proto, root, { keepCase: true });
  return new MessageDecoder({ keepsSnakeCase: false, possibleTypes: new Set() }).of(
    root.resolveAll().lookupType('google.rpc.Status'),
  );
}
