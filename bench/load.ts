// The load generator in a process of its own: each message of the benchmark is a load to run, each answer its result.
import { type LoadOptions, runLoad } from './run-load.ts';

process.on('message', (options: LoadOptions) => {
  void runLoad(options).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
