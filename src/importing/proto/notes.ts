import { reflow } from './reflow.ts';

/** What `google.api.field_behavior` says in words, and the schema by its types. */
const SAID_BY_TYPE = /^((Required|Optional|Output only|Input only)[.:]\s+)+/i;

/** A comment's words, and what of it is said to the import: `x-selvedge-name: Product`, each on a line of its own. */
export type Notes = { readonly description?: string; readonly [extension: `x-selvedge-${string}`]: string };

export function readNotes(comment: string | null | undefined): Notes {
  const lines = (comment ?? '').split('\n');
  const said = lines.flatMap((line) => {
    const [, name, value] = /^\s*(x-selvedge-[a-z]+):\s*(.+?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const text = lines.filter((line) => !/^\s*x-selvedge-/.test(line)).join('\n');
  // Google's references: `[Secret][google.cloud.secretmanager.v1.Secret]` is Secret.
  const words = reflow(
    text
      .replaceAll(/\[([^\]\n]+)\]\[[\w.\n ]*\]/g, '$1')
      .trim()
      .replace(SAID_BY_TYPE, ''),
  );
  return { ...(words === '' ? {} : { description: words }), ...Object.fromEntries(said) };
}
