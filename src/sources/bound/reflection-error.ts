/** Why a service did not say what it offers, as the end of a sentence. */
export class ReflectionError extends Error {
  override readonly name = 'ReflectionError';
}
