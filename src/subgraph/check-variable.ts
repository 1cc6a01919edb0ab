import type { CallSite } from './call-site.ts';
import { suggestName } from './did-you-mean.ts';
import { anyShape, type ObjectShape, type Shape } from './shape.ts';

type Explanation = readonly [why: string, remedy: string];

/** What a call's templates and expressions may name. */
export type Names = {
  readonly args: ObjectShape;
  readonly self: ObjectShape | undefined;
  /** Of a batched call. */
  readonly keys: Shape | undefined;
  /** Why a field of the type is not in `this`, and what to do; undefined for what is no field. */
  readonly whyAbsent: (name: string) => Explanation | undefined;
  readonly fault: CallSite['fault'];
};

/** Where a variable stands: what of the call it is, its text, and whether a list may stand in one of its places. */
export type Place = { readonly what: string; readonly text: string; readonly holds: 'single' | 'several' };

/** Reports a template's variable that does not exist, or has no place in it. */
export function checkVariable(variable: string, { what, text, holds }: Place, names: Names): void {
  const shape = shapeOfVariable(variable, names);
  if (shape === undefined) {
    const [why, remedy] = explain(variable, names);
    names.fault('UNKNOWN_NAME', `has ${what} with "${variable}", ${why}`, remedy, text);
  } else if (shape.kind === 'object') {
    const root = variable.includes('.') ? '' : names.args.field(variable) === undefined ? 'this.' : 'args.';
    const fields = shape.names.map((name) => `${root}${variable}.${name}`);
    const why = `has ${what} with "${variable}", which is an object`;
    names.fault('INVALID_TEMPLATE', why, `Name a field of it: ${fields.join(', ')}.`, text);
  } else if (shape.kind === 'list' && holds === 'single') {
    const why = `has ${what} with "${variable}", which is a list (with \`batch\`, key fields are)`;
    names.fault('INVALID_TEMPLATE', why, 'Send it in the payload.', text);
  }
}

function shapeOfVariable(variable: string, { args, self }: Names): Shape | undefined {
  const [root = '', ...path] = variable.split('.');
  if (path.length === 0) return args.field(variable) ?? self?.field(variable);
  if (root === 'claims') return anyShape;
  if (root === 'headers') return variable === variable.toLowerCase() ? anyShape : undefined;
  return path.reduce<Shape | undefined>(stepInto, root === 'args' ? args : self);
}

function stepInto(shape: Shape | undefined, name: string): Shape | undefined {
  if (shape?.kind === 'any') return anyShape;
  return shape?.kind === 'object' ? shape.field(name) : undefined;
}

function explain(variable: string, names: Names): Explanation {
  const [root = '', ...path] = variable.split('.');
  if (root === 'headers') return ['whose name is not in lower case', `Write "${variable.toLowerCase()}".`];
  const from = root === 'args' ? names.args : names.self;
  const absent = root === 'args' ? undefined : names.whyAbsent(path[0] ?? root);
  return (
    absent ?? (path.length > 0 && from !== undefined ? explainPath(root, path, from) : explainName(variable, names))
  );
}

function explainName(variable: string, { args, self }: Names): Explanation {
  const why = 'which is neither an argument nor a field that is there';
  const choice = suggestName(variable, [...args.names, ...(self?.names ?? [])]);
  return [why, `${choice} Or make it an argument${self === undefined ? '' : ', or a field of the type'}.`];
}

/** Of a path, the first name that is not there. */
function explainPath(root: string, path: readonly string[], from: Shape): Explanation {
  let shape: Shape | undefined = from;
  let read = root;
  for (const name of path) {
    const next: Shape | undefined = stepInto(shape, name);
    if (next === undefined) {
      const names = shape?.kind === 'object' ? shape.names.map((known) => `${read}.${known}`) : [];
      return [`but "${read}" has no "${name}"`, suggestName(`${read}.${name}`, names)];
    }
    shape = next;
    read += `.${name}`;
  }
  return ['which is not there', 'Name what is there.'];
}
