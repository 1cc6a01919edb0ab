/** The bodies of requests that a hostile client might send: 2 MB each, by what it tries. */
const BODY = 2_000_000;

const fill = (write: (index: number) => string, end: number): string => {
  const parts: string[] = [];
  for (let length = 0; length < end; length += (parts.at(-1)?.length ?? 0) + 1) parts.push(write(parts.length));
  return parts.join(',');
};

const withVariables = (variables: string): string => `{"query":"{ me { id } }","variables":${variables}}`;

export const hostileBodies: Readonly<Record<string, string>> = {
  'different names': withVariables(`{${fill((index) => `"${index.toString(36)}x":0`, BODY - 200)}}`),
  'different numbers as names': withVariables(`{${fill((index) => `"${index * 17}":0`, BODY - 200)}}`),
  'objects of different names': withVariables(`{"a":[${fill((index) => `{"${index.toString(36)}":0}`, BODY - 200)}]}`),
  'empty objects': withVariables(`{"a":[${fill(() => '{}', BODY - 200)}]}`),
  'empty lists': withVariables(`{"a":[${fill(() => '[]', BODY - 200)}]}`),
  'lists in each other': withVariables(`{"a":${'['.repeat(BODY / 2 - 100)}${']'.repeat(BODY / 2 - 100)}}`),
  'objects in each other': withVariables(`${'{"a":'.repeat(BODY / 6 - 100)}1${'}'.repeat(BODY / 6 - 100)}`),
  'names outside of variables': `{"query":"{ me { id } }",${fill((index) => `"${index.toString(36)}x":0`, BODY - 200)}}`,
  'one string of escapes': `{"query":"${'\\u0041'.repeat(BODY / 6 - 100)}"}`,
  'one string of quotes': `{"query":"${'\\"'.repeat(BODY / 2 - 100)}"}`,
  numbers: withVariables(`{"a":[${fill(() => '1e5', BODY - 200)}]}`),
  'white space': `{"query":"{ me { id } }"${' '.repeat(BODY - 100)}}`,
  'nothing that is JSON': 'x'.repeat(BODY),
};
