import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** CPU time (user and system, all threads) since the start, and the peak of resident memory. */
export type ProcessUsage = { readonly cpuMs: number; readonly peakBytes: number };

let millisecondsPerTick: number | undefined;

/** Of a process and all below it, from the operating system's accounting; nothing for those that have ended. */
export function readProcessUsage(pid: number): ProcessUsage {
  const usages = listProcessTree(pid).map(readOne);
  return {
    cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakBytes: usages.reduce((sum, { peakBytes }) => sum + peakBytes, 0),
  };
}

function listProcessTree(pid: number): number[] {
  return [pid, ...listChildren(pid).flatMap(listProcessTree)];
}

function listChildren(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
      .filter((word) => word !== '')
      .map(Number);
  } catch {
    return []; // it has ended meanwhile
  }
}

function readOne(pid: number): ProcessUsage {
  try {
    // After the name, which is in brackets and may hold spaces: the third field is the first.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // utime and stime, and those of children that have ended (proc_pid_stat(5), fields 14 to 17)
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { cpuMs: ticks * tickMs(), peakBytes: Number(peak ?? 0) * 1024 };
  } catch {
    return { cpuMs: 0, peakBytes: 0 };
  }
}

function tickMs(): number {
  millisecondsPerTick ??= 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return millisecondsPerTick;
}
