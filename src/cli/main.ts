#!/usr/bin/env node
// This file runs on every Node: what is newer than that is imported only where it can be.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`selvedge needs Node 22.19 or later, and this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { growYoungGeneration } = await import('./young-generation.ts');
  growYoungGeneration();
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(); // a third of a start is compiling what was compiled the last time
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
