/** What a command's end tells a script. */
export const EXIT = {
  done: 0,
  /** The input is wrong: said on standard error, with place and remedy. */
  wrongInput: 1,
  /** The command was called wrongly. */
  wrongCall: 2,
  /** Something outside failed: a registry or a service can't be reached, a port is in use. */
  outside: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
