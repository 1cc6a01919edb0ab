import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { json, type Received, startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';

const sdl = 'type Query { price(sku: ID!): Int @function(name: "prices") }';

/** Nothing of the machine's own may be found. */
beforeEach(() => {
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
    vi.stubEnv(name, '');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials').stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
});
afterEach(() => vi.unstubAllEnvs());

/** A Lambda, and the access keys that its calls were signed with. */
async function lambda(settings: object = {}, status: (call: number) => number = () => 200) {
  const keys: string[] = [];
  const server = await startTestServer(({ headers }, response) => {
    keys.push(/Credential=([^/]+)/.exec(String(headers['authorization']))?.[1] ?? 'none');
    const refused = { status: 403, 'x-amzn-errortype': 'ExpiredTokenException:' };
    json(response, 5, status(keys.length) === 200 ? {} : refused);
  });
  const { run } = boundSubgraph(sdl, { url: 'lambda://eu-west-1', aws: { endpoint: server.url, ...settings } });
  return { ask: (sku = '1') => run(`{ price(sku: "${sku}") }`), keys, server };
}

async function file(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'selvedge-aws-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

const HOUR_MS = 3_600_000;
const inOneHour = () => new Date(Date.now() + HOUR_MS).toISOString();

/** What ECS and EKS Pod Identity give, of which each answer is another. */
async function container(answer?: (received: Received, call: number) => unknown) {
  let calls = 0;
  const server = await startTestServer((received, response) => {
    calls += 1;
    const own = { AccessKeyId: `CONTAINER${calls}`, SecretAccessKey: `s${calls}`, Token: 't', Expiration: inOneHour() };
    json(response, answer?.(received, calls) ?? own);
  });
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${server.url}/creds`);
  return server;
}

async function metadata(answer: Parameters<typeof startTestServer>[0]) {
  const server = await startTestServer(answer);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', '').stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', server.url);
  return server;
}

describe('credentials of AWS', () => {
  it('are those of a profile, be it the config’s or the environment’s', async () => {
    const shared =
      '[default]\naws_access_key_id=D\naws_secret_access_key=d\n[team]\naws_access_key_id=T\naws_secret_access_key=t\n';
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', await file('credentials', shared));
    const byDefault = await lambda();
    expect(await byDefault.ask()).toMatchObject({ data: { price: 5 } });
    const byConfig = await lambda({ profile: 'team' });
    await byConfig.ask();
    vi.stubEnv('AWS_PROFILE', 'team').stubEnv('AWS_ACCESS_KEY_ID', 'E').stubEnv('AWS_SECRET_ACCESS_KEY', 'e');
    const byEnvironment = await lambda();
    await byEnvironment.ask();
    expect([byDefault.keys, byConfig.keys, byEnvironment.keys]).toEqual([['D'], ['T'], ['T']]);
  });

  it('are a container’s, fetched once for all calls, by its token', async () => {
    const source = await container();
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'pod-token');
    const { ask, keys } = await lambda();
    await Promise.all(['1', '2', '3'].map(ask));
    await ask('4');
    expect(keys).toEqual(Array.from({ length: 4 }, () => 'CONTAINER1'));
    expect(source.received.map(({ path: at, headers }) => [at, headers['authorization']])).toEqual([
      ['/creds', 'pod-token'],
    ]);
  });

  it('are renewed once they are over, and once AWS says that they are', async () => {
    const soon = {
      AccessKeyId: 'OLD',
      SecretAccessKey: 's',
      Token: 't',
      Expiration: new Date(Date.now() - 1).toISOString(),
    };
    await container((_, call) => (call === 1 ? soon : undefined));
    const { ask, keys } = await lambda({}, (call) => (call === 3 ? 403 : 200));
    await ask();
    await ask();
    const { raw } = await ask();
    expect(raw[0]).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
    await ask();
    expect(keys).toEqual(['OLD', 'CONTAINER2', 'CONTAINER2', 'CONTAINER3']);
  });

  it('are the machine’s, by a session (IMDSv2)', async () => {
    await metadata(({ method, path: at, headers }, response) => {
      if (method === 'PUT') response.end('imds-session');
      else if (headers['x-aws-ec2-metadata-token'] !== 'imds-session') response.writeHead(401).end();
      else if (at.endsWith('/security-credentials/')) response.end('a-role');
      else
        json(response, {
          Code: 'Success',
          AccessKeyId: 'IMDS',
          SecretAccessKey: 's',
          Token: 't',
          Expiration: inOneHour(),
        });
    });
    const { ask, keys } = await lambda();
    expect(await ask()).toMatchObject({ data: { price: 5 } });
    expect(keys).toEqual(['IMDS']);
  });

  it('are those of a role that a web identity may take', async () => {
    const sts = await startTestServer((_, response) => {
      const credentials = `<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${inOneHour()}</Expiration>`;
      response.setHeader('content-type', 'text/xml');
      response.end(
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      );
    });
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url).stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::1:role/gateway');
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', await file('token', 'the-pods-token'));
    const { ask, keys } = await lambda();
    expect(await ask()).toMatchObject({ data: { price: 5 } });
    expect(keys).toEqual(['ROLE']);
    expect(sts.received[0]?.body).toContain('WebIdentityToken=the-pods-token');
  });

  it('that are nowhere are said to be missing, with where they were sought, and not looked for by every call', async () => {
    const imds = await metadata((_, response) => void response.writeHead(404).end());
    const { ask, keys } = await lambda();
    for (const sku of ['1', '2']) {
      const [error] = (await ask(sku)).raw;
      expect(error).toMatchObject({ code: 'UPSTREAM_ERROR' });
      expect(error?.detail).toMatch(
        /^There are no AWS credentials: Unable to find environment variable credentials; .*Web identity configuration not specified; .*\. Set graph/,
      );
      if (sku === '1') imds.received.splice(0);
    }
    expect(imds.received).toEqual([]);
    expect(keys).toEqual([]);
  });

  it('never stand in what is said of them', async () => {
    await metadata(({ path: at }, response) => {
      response.end(at.endsWith('/a-role') ? 'HIDDEN-1 {"SecretAccessKey": ' : 'a-role');
    });
    vi.stubEnv('AWS_CONFIG_FILE', await file('config', '[default]\ncredential_process = false HIDDEN-2\n'));
    const { ask } = await lambda();
    const detail = (await ask()).raw[0]?.detail;
    expect(detail).toContain('the credential_process of the profile failed; Web identity');
    expect(detail).toContain('JSON');
    expect(detail).not.toContain('HIDDEN');
  });
});
