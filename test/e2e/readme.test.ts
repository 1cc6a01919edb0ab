import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { ROOT } from './shop-process.ts';

type Example = {
  readonly title: string;
  readonly query: string;
  readonly withToken: boolean;
  readonly answer: unknown;
};

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Each ```graphql block that a ```json block follows: what the README says to paste, and what it says comes back. */
const examples = [
  ...readme
    .slice(readme.indexOf('## Try it'))
    .matchAll(/\*\*([^*]+)\*\*(?:(?!\*\*)[\s\S])*?```graphql( token)?\n([\s\S]*?)\n```\n\n```json\n([\s\S]*?)\n```/g),
].map(([, title = '', token, query = '', answer = '']): Example => ({
  title,
  query,
  withToken: token !== undefined,
  answer: JSON.parse(answer),
}));

const shellBlocks = [...readme.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, block = '']) => block);

function shellBlock(start: string): string {
  const block = shellBlocks.find((candidate) => candidate.startsWith(start));
  if (block === undefined) throw new Error(`The README has no block that begins with "${start}".`);
  return block;
}

describe('the README', () => {
  const output = inject('shopOutput');
  let token: string;

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)('bash', ['-c', `${shellBlock('export TOKEN=')}\necho "$TOKEN"`]);
    token = stdout.trim();
  });

  it('is right that npm start prints the headers to paste into GraphiQL', async () => {
    const [line = ''] = /^ *\{"authorization":.*$/m.exec(output) ?? [];
    const response = await fetch('http://127.0.0.1:4000/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(JSON.parse(line) as Record<string, string>) },
      body: JSON.stringify({ query: '{ me { name } }' }),
    });
    expect(await response.json()).toEqual({ data: { me: { name: 'Ada Abend' } } });
  });

  it('has every example it promises', () => {
    expect(examples.map(({ title }) => title)).toEqual([
      'A product, out of two services.',
      'A hundred products with their stock',
      'Without a token',
      'All six services in one query',
      'What no one service owns',
      'A mutation through REST',
      'A mutation through the broker',
    ]);
  });

  for (const { title, query, withToken, answer } of examples) {
    it(`tells the truth: ${title}`, async () => {
      const response = await fetch('http://127.0.0.1:4000/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(withToken ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify({ query }),
      });
      expect(await response.json()).toEqual(answer);
    });
  }

  it('streams the subscription it shows', async () => {
    const curl = spawn('bash', ['-c', `exec ${shellBlock('curl -N')}`]);
    let stream = '';
    for await (const chunk of curl.stdout) {
      stream += String(chunk);
      if (/^data: \{.*\}$/m.test(stream)) break;
    }
    curl.kill();
    const [, event = ''] = /^data: (\{.*\})$/m.exec(stream) ?? [];
    expect(JSON.parse(event)).toEqual({
      data: { stockChanged: { product: { name: expect.any(String) }, quantity: expect.any(Number) } },
    });
  });

  it('says true of what the example prints', () => {
    expect(output).toContain('GraphiQL: http://127.0.0.1:4000/graphql');
    expect(output).toMatch(/export TOKEN=[\w-]+\.[\w-]+\.[\w-]+/);
  });
});
