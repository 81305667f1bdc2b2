import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_24 = process.execPath;
const LOG_TAIL = 2000;

/** The processes of a benchmark. None outlives it. */
export class Children {
  readonly #running = new Set<ChildProcess>();
  readonly #logs = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));

  /** Starts a program of this folder that has a channel to this process. */
  fork(file: string, args: readonly string[] = []): ChildProcess {
    return this.#keep(fork(programPath(file), args, { execPath: NODE_24, execArgv: [], env: {} }));
  }

  /** Starts a program that knows nothing of the benchmark, with this environment and no more. Its log goes to a file. */
  start(name: string, program: string, env: Readonly<Record<string, string>>): ChildProcess {
    const log = openSync(this.#logOf(name), 'w');
    const child = spawn(NODE_24, [program], { env, stdio: ['ignore', log, log] });
    closeSync(log);
    return this.#keep(child);
  }

  /** The end of what a started program has written. */
  log(name: string): string {
    return readFileSync(this.#logOf(name), 'utf8').slice(-LOG_TAIL);
  }

  /** Ends all at once, and forgets their logs. */
  kill(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.#logs, { recursive: true, force: true });
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  #logOf(name: string): string {
    return join(this.#logs, `${name}.log`);
  }
}

/** The next message of a forked child. @throws Error when it ends before */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as T),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a process of the benchmark ended early (${code})`);
      }),
    ]);
  } finally {
    over.abort();
  }
}

/** Where a program of the gateway lies. */
export const programPath = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
