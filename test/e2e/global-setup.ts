import type { TestProject } from 'vitest/node';
import { startShopProcess } from './shop-process.ts';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be extended
  interface ProvidedContext {
    /** What the example printed when it had started. */
    readonly shopOutput: string;
  }
}

/** The example runs once for all end-to-end tests: it has fixed ports, the ones that the README names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shop = await startShopProcess();
  project.provide('shopOutput', shop.output());
  return shop.close;
}
