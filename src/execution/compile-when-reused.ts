/** What is used once is not worth generating code for: undefined at the first use, then made once. */
export function compileWhenReused<T>(compile: () => T | undefined): () => T | undefined {
  let made: { readonly value: T | undefined } | undefined;
  let isReused = false;
  return () => {
    if (!isReused) {
      isReused = true;
      return undefined;
    }
    made ??= { value: compile() };
    return made.value;
  };
}
