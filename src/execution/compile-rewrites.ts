import type { Rewrite } from '../model/plan.ts';
import { isResponseObject, readOwn, typenameOf, writeOwn, type ResponseObject } from './response-object.ts';
import type { TypeRelations } from './type-relations.ts';

/** Corrects an object in place. */
export type ApplyRewrites = (object: ResponseObject) => void;

export function compileRewrites(rewrites: readonly Rewrite[], relations: TypeRelations): ApplyRewrites | undefined {
  if (rewrites.length === 0) return undefined;
  const steps = rewrites.map((rewrite) => compileRewrite(rewrite, relations));
  return (object) => {
    for (const step of steps) step(object);
  };
}

/** The response keys that renaming rewrites give to others, for the paths of errors. */
export function readRenamedKeys(rewrites: readonly Rewrite[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite) => {
      const last = rewrite.path.at(-1);
      return rewrite.kind === 'rename' && last?.kind === 'key' ? [[last.name, rewrite.to]] : [];
    }),
  );
}

function compileRewrite(rewrite: Rewrite, relations: TypeRelations): ApplyRewrites {
  const last = rewrite.path.findLastIndex((segment) => segment.kind === 'key');
  return rewrite.path.reduceRight<ApplyRewrites>(
    (next, segment, index): ApplyRewrites => {
      if (segment.kind === 'type') {
        return (object) => {
          const typename = typenameOf(object);
          if (typename !== undefined && segment.names.some((name) => relations.isA(typename, name))) next(object);
        };
      }
      return index === last
        ? compileWrite(rewrite, segment.name)
        : (object) => applyToEach(readOwn(object, segment.name), next);
    },
    () => {},
  );
}

function compileWrite(rewrite: Rewrite, key: string): ApplyRewrites {
  switch (rewrite.kind) {
    case 'set':
      return (object) => writeOwn(object, key, rewrite.value);
    case 'rename':
      return (object) => {
        if (Object.hasOwn(object, key)) writeOwn(object, rewrite.to, object[key]);
      };
  }
}

function applyToEach(value: unknown, apply: ApplyRewrites): void {
  if (Array.isArray(value)) for (const item of value) applyToEach(item, apply);
  else if (isResponseObject(value)) apply(value);
}
