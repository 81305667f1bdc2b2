import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const TOP = fileURLToPath(new URL('../..', import.meta.url));

/** A program that ran to its end. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** How a program is run. */
export interface RunOptions {
  /** Variables beside the test's own; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Told of each piece of standard error as it comes. */
  readonly onError?: (text: string) => void;
}

/** The deployment that all of these tests install. */
export const DEPLOYMENT = 'local';

/** Runs a program to its end in the top folder. Rejects when it cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: TOP, env: { ...process.env, ...options.env }, stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onError?.(text);
    });
    // A program that ends without reading its input is judged by its code.
    child.stdin.on('error', () => {}).end(options.input);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr, seconds: Math.round((performance.now() - began) / 100) / 10 });
    });
  });
}

/** Runs a task as a user does, at the context that the installation went to, and without the tests' own variables. */
export function task(name: string, { env, ...options }: RunOptions = {}): Promise<Finished> {
  const clean = { DEPLOYMENT, TOKEN: undefined, GRANT: undefined, NODE_ENV: undefined };
  return run('task', name.split(' '), { ...options, env: { ...clean, ...env } });
}

/** Runs a task that has to succeed. */
export async function taskDone(name: string, options?: RunOptions): Promise<Finished> {
  const finished = await task(name, options);
  if (finished.code !== 0) throw new Error(`task ${name} ended with ${finished.code}:\n${finished.stderr}`);
  return finished;
}
