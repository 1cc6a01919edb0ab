import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { type Shop, ShopError, shopPorts, startShop } from './shop.ts';

type Gateway = ChildProcessByStdio<null, Readable, null>;

const ROOT = fileURLToPath(new URL('..', import.meta.url));

setLogVerbosity(logVerbosity.NONE); // a port in use is said below, once
await runShop(process.argv.includes('--dev') ? 'dev' : 'serve');

/** The services in this process, the gateway in one of its own; ends when either is told to end, services last. */
async function runShop(command: 'serve' | 'dev'): Promise<void> {
  const shop = await openShop();
  if (shop === null) return;
  const gateway = startGateway(command);
  const exited = once(gateway, 'exit') as Promise<[number | null]>;
  const url = await servedAt(gateway);
  if (url !== null) await printWhatToTry(url, shop);
  const [code] = await exited;
  await shop.close();
  process.exitCode = code === 0 ? 0 : 1;
}

async function openShop(): Promise<Shop | null> {
  try {
    return await startShop({ ports: shopPorts, broker: process.env['SHIPPING_BROKER'] });
  } catch (error) {
    if (!(error instanceof ShopError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return null;
  }
}

/** In a process group of its own, so that Ctrl-C reaches it once: through this process, which passes signals on. */
function startGateway(command: 'serve' | 'dev'): Gateway {
  const args = ['--conditions=source', 'src/cli/main.ts', command, '--config', 'selvedge.yaml'];
  const gateway = spawn(process.execPath, args, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const pass = (signal: NodeJS.Signals): void => void gateway.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  process.on('exit', () => gateway.kill('SIGKILL'));
  return gateway;
}

/** Shows what the gateway prints; gives the address it says it serves at, or null if it ends without. */
function servedAt(gateway: Gateway): Promise<string | null> {
  const lines = createInterface({ input: gateway.stdout });
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      console.log(line);
      const url = /https?:\/\/\S+/.exec(line);
      if (url !== null) resolve(url[0]);
    });
    lines.once('close', () => resolve(null));
  });
}

async function printWhatToTry(url: string, { urls }: Shop): Promise<void> {
  const token = await askForToken(urls.accounts);
  const curl = (flags: string, query: string): string =>
    `curl ${flags} ${url} -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" \\\n` +
    `    -d '{"query":"${query}"}'`;
  console.log(`
The shop is open.

  GraphiQL: ${url}

  A token, good for eight hours, of Ada Abend (u1), who may see e-mail addresses and add products:

  export TOKEN=${token}

  Six services in one query, then a subscription:

  ${curl('-s', '{ me { name orders { id items { quantity product { name inStock } } shipment { status } isOverdue } } }')}

  ${curl('-N', 'subscription { stockChanged { product { name } quantity } }')}

  In GraphiQL, this line goes into the Headers tab:

  ${JSON.stringify({ authorization: `Bearer ${token}` })}

  Ctrl-C ends everything.
`);
}

async function askForToken(accounts: string): Promise<string> {
  const response = await fetch(`${accounts}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'u1', scopes: ['users:email', 'catalog:write'] }),
  });
  const { access_token: token } = (await response.json()) as { readonly access_token: string };
  return token;
}
