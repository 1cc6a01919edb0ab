import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ConfigOverrides, loadConfig, type LoadedConfig, parseConfig } from '../config/load-config.ts';

const NAMES = ['selvedge.yaml', 'selvedge.yml', 'selvedge.json', 'selvedge.config.ts', 'selvedge.config.js'];

export type SettingsOptions = ConfigOverrides & { readonly config?: string | undefined };

/** The config that was named, or the one that stands in the working directory. */
export function findConfig(named: string | undefined): string {
  return named ?? NAMES.find((name) => existsSync(name)) ?? 'selvedge.yaml';
}

/** Loads the config with what the command line says against it. A supergraph on the command line needs no config. */
export async function loadSettings({ config: named, ...overrides }: SettingsOptions): Promise<LoadedConfig> {
  const file = findConfig(named);
  const { supergraph } = overrides;
  if (named === undefined && supergraph !== undefined && !existsSync(file)) {
    return parseConfig({ graph: { supergraph: path.resolve(supergraph) } }, { env: process.env, overrides });
  }
  return loadConfig(file, { overrides });
}
