import protobuf from 'protobufjs';
import { MessageDecoder } from '../../../src/subgraph/protobuf/message-decoder.ts';
import { MessageEncoder } from '../../../src/subgraph/protobuf/message-encoder.ts';

/** A message type out of the text of a .proto, with what reads and writes it. `names` of Google's that it imports. */
export function protoType(
  text: string,
  name: string,
  { keepsSnakeCase = false, possibleTypes = [] as readonly string[] } = {},
) {
  const root = new protobuf.Root();
  for (const [, file = ''] of text.matchAll(/import "([^"]+)"/g)) {
    const common = protobuf.common.get(file);
    root.addJSON(common?.nested ?? {});
  }
  protobuf.parse(text, root, { keepCase: true });
  root.resolveAll();
  const type = root.lookupType(name);
  const decode = new MessageDecoder({ keepsSnakeCase, possibleTypes: new Set(possibleTypes) }).of(type);
  const encode = new MessageEncoder().of(type);
  return {
    type,
    decode,
    encode,
    /** What becomes of a message that is written and read again. */
    roundTrip: (message: unknown) => decode(encode(message)),
  };
}

/** Bytes as they stand on the wire, in hexadecimal. */
export const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
