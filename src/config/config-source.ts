import type { Place, Problem } from '../errors/problem.ts';

/** Where a setting stands in the config: keys and list indices from the top. */
export type ConfigPath = readonly PropertyKey[];

/** A config as it was written, and where everything in it stands. */
export type ConfigSource = {
  /** The file as the user named it. */
  readonly file: string;
  readonly value: unknown;
  /** Where a setting's value stands; the nearest thing around it where there is none. */
  readonly placeOf: (path: ConfigPath) => Place;
  /** Where a key stands. */
  readonly placeOfKey: (path: ConfigPath) => Place;
  /** Whether the value came out of the environment: it may be a secret, and it is text whatever it means. */
  readonly isFromEnvironment: (path: ConfigPath) => boolean;
  readonly problems: readonly Problem[];
  /** Paths that `problems` already speaks of. */
  readonly faulty: readonly ConfigPath[];
};

/** A config that is an object of the program: all its places are the file's beginning, or none. */
export function objectSource(value: unknown, file: string | undefined): ConfigSource {
  const place = { file: file ?? 'config', line: 1, column: 1 };
  return {
    file: place.file,
    value,
    placeOf: () => place,
    placeOfKey: () => place,
    isFromEnvironment: () => false,
    problems: [],
    faulty: [],
  };
}
