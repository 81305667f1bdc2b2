import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Field numbers of proc(5) `stat`, counted from the state behind the command's closing bracket. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** Reads how much CPU time a process has used, in milliseconds, user and system, all threads. NaN where it can't be known. */
export type CpuTime = (pid: number) => number;

/** `/proc` where there is one, else `ps`. */
export function createCpuTime(): CpuTime {
  if (!existsSync('/proc/self/stat')) return cpuTimeOfPs;
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return function cpuTimeOfProc(pid) {
    const stat = statOf(pid);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * 1000) / ticks;
  };
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    throw new Error(`process ${pid} ended under the load`, { cause: error });
  }
}

/** `ps` writes `[hours:]minutes:seconds[.hundredths]` for a process younger than a day. */
function cpuTimeOfPs(pid: number): number {
  try {
    const text = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' });
    return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
  } catch {
    return Number.NaN;
  }
}
