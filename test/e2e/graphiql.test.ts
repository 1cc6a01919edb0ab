import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ROOT } from './shop-process.ts';

const CHROMIUM = '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
if (!present && process.env['CI'] === 'true') throw new Error(`${CHROMIUM} is missing; CI needs it.`);
if (!present) console.log(`skipped: GraphiQL in a browser (${CHROMIUM} is not there)`);

const QUERY = `{
  me {
    name
    orders {
      id
      items { quantity product { name inStock reviews { text } } }
      shipment { status }
      isOverdue
    }
  }
}`;

describe.runIf(present)('GraphiQL in a browser without a network', () => {
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const context = await browser.newContext({
      viewport: { width: 1500, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await context.newPage();
    await page.route('**', async (route) => {
      const { hostname, protocol } = new URL(route.request().url());
      if (hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'blob:') return route.continue();
      outside.push(route.request().url());
      return route.abort();
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto('http://127.0.0.1:4000/graphql', { waitUntil: 'load' });
    await page.waitForSelector('.graphiql-container');
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('runs the query over six subgraphs, with a token from the Headers tab', async () => {
    const [, token = ''] = /export TOKEN=(\S+)/.exec(inject('shopOutput')) ?? [];
    await writeInto(page, '.graphiql-editor', QUERY, 0);
    await page.getByRole('button', { name: 'Headers' }).click();
    await writeInto(
      page,
      '.graphiql-editor-tool .graphiql-editor:not(.hidden)',
      JSON.stringify({ authorization: `Bearer ${token}` }),
      0,
    );
    await page.getByRole('button', { name: /Execute query/ }).click();
    // The editor shows spaces as no-break spaces.
    const answer = async () => (await page.locator('.result-window').innerText()).replaceAll('\u00a0', ' ');
    await expect.poll(answer, { timeout: 15_000 }).toContain('Ada Abend');
    expect(await answer()).not.toContain('"errors"');
  });

  it('runs a subscription, each event completed from another service, until it is stopped', async () => {
    await writeInto(page, '.graphiql-editor', 'subscription { stockChanged { product { name } quantity } }', 0);
    await page.getByRole('button', { name: /Execute query/ }).click();
    const answer = async () => (await page.locator('.result-window').innerText()).replaceAll('\u00a0', ' ');
    await expect.poll(answer, { timeout: 15_000 }).toMatch(/"stockChanged": \{\s*"product": \{\s*"name": "/);
    await page.getByRole('button', { name: /Stop query/ }).click();
  });

  it('may open a WebSocket, as pages of other sites may not', async () => {
    const open = (at: Page) =>
      at.evaluate(
        () =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket('ws://127.0.0.1:4000/graphql', 'graphql-transport-ws');
            socket.addEventListener('open', () => socket.send('{"type":"connection_init"}'));
            socket.addEventListener('message', ({ data }) => {
              resolve(String(data));
              socket.close();
            });
            socket.addEventListener('error', () => resolve('refused'));
          }),
      );
    expect(await open(page)).toBe('{"type":"connection_ack"}');
    const stranger = await browser.newPage();
    await stranger.goto('http://127.0.0.1:4101/health').catch(() => {}); // any page of another origin
    expect(await open(stranger)).toBe('refused');
    await stranger.close();
  });

  it('shows the documentation of the one schema', async () => {
    await page.getByRole('button', { name: /Documentation Explorer/ }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).first().click();
    const docs = page.locator('.graphiql-doc-explorer');
    for (const field of ['me', 'products', 'storefront', 'order']) {
      await expect.poll(() => docs.innerText()).toContain(field);
    }
    await saveScreenshot(page);
  });

  it('asks nothing of any other host, and has no script error', () => {
    expect(outside).toEqual([]);
    expect(faults).toEqual([]);
  });
});

/** Types into one of the page's code editors as a person would: click, select all, paste. */
async function writeInto(page: Page, selector: string, text: string, index: number): Promise<void> {
  await page.locator(selector).nth(index).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.evaluate((clip) => navigator.clipboard.writeText(clip), text);
  await page.keyboard.press('ControlOrMeta+V'); // typing would have the editor close each bracket by itself
}

/** The README's picture, written anew with `SCREENSHOT=docs/images/graphiql.png npm test`. */
async function saveScreenshot(page: Page): Promise<void> {
  const file = process.env['SCREENSHOT'];
  if (file === undefined) return;
  mkdirSync(dirname(join(ROOT, file)), { recursive: true });
  await page.screenshot({ path: join(ROOT, file) });
}
