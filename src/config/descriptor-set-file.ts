/** How files are called that hold a FileDescriptorSet, or a Buf image, instead of the text of a .proto. */
const ENDINGS = ['.binpb', '.bin', '.desc', '.protoset', '.pb', '.fds'];

/** Whether a file's bytes are a descriptor set. Its text, wherever one is kept, is base64. */
export function isDescriptorSet(name: string): boolean {
  return ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}
