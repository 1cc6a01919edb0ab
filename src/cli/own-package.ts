import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** This package, as it lies on the disk. */
export type OwnPackage = {
  readonly version: string;
  readonly folder: string;
  /** The Node that it is developed with, as a range of the npm package `node`. */
  readonly nodeRange: string;
  /** A clone of the repository: it has sources, and what it has built, if anything, may be old. */
  readonly isClone: boolean;
};

type Manifest = { readonly version: string; readonly devDependencies: { readonly node: string } };

export function readOwnPackage(): OwnPackage {
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  const { version, devDependencies } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as Manifest;
  return { version, folder, nodeRange: devDependencies.node, isClone: existsSync(`${folder}src/cli/main.ts`) };
}
