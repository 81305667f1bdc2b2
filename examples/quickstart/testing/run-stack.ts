import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, ROOT, readState, type State } from '../state.ts';

/** How a test runs a stack. */
export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** A stack in processes of its own, as `npm start` would run it, on free ports and with its own state. */
export interface RunningStack {
  readonly state: State;
  readonly process: ChildProcess;
  /** Milliseconds from the start to the printed welcome. */
  readonly startedIn: number;
  /** Everything printed so far, errors too. */
  readonly output: () => string;
  /** Runs `npm run -s token` for this stack. */
  readonly token: (...args: string[]) => Promise<Finished>;
  /** Sends a signal, and resolves when the stack has ended. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
  /** Resolves when the stack has ended by itself. */
  readonly ended: Promise<Ended>;
}

/** How a stack ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that ran to its end. */
export interface Finished extends Ended {
  readonly stdout: string;
  readonly stderr: string;
}

const FREE_PORTS = ['--port', '0', '--metrics-port', '0', '--identity-provider-port', '0', '--model-server-port', '0'];

/** Starts a stack and waits until it is ready. Later arguments win, so `args` may name ports. */
export async function runStack({ args = [], env = {}, deadlineMs = 30_000 }: RunOptions = {}): Promise<RunningStack> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  const environment = { ...process.env, LOG_LEVEL: '', GATEHOUSE_STATE_DIR: directory, ...env };
  if (!env['LOG_LEVEL']) Reflect.deleteProperty(environment, 'LOG_LEVEL');
  const start = Date.now();
  const child = spawn(process.execPath, ['examples/quickstart/main.ts', ...FREE_PORTS, ...args], {
    cwd: ROOT,
    env: environment,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      rmSync(directory, { recursive: true, force: true });
      resolve({ code, signal });
    });
  });
  await until(
    () => output.includes('Ctrl-C stops everything.') || child.exitCode !== null,
    deadlineMs,
    () => output,
  );
  const state = readState(directory);
  if (!state) throw new Error(`The stack did not start:\n${output}`);
  return {
    state,
    process: child,
    startedIn: Date.now() - start,
    output: () => output,
    token: (...more) => runNpm(['run', '-s', 'token', '--', ...more], environment),
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}

/** Runs npm to its end. */
export function runNpm(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  return runProgram('npm', args, env);
}

/** Runs a program to its end, in the repository. */
export function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Polls until a condition holds; fails at the deadline with what `detail` says. */
export async function until(holds: () => boolean, deadlineMs: number, detail = () => ''): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not so after ${deadlineMs} ms: ${holds}\n${detail()}`);
    await delay(20);
  }
}

/** The processes of a stack that are still there. */
export function leftOver(state: State): number[] {
  return Object.values(state.pids).filter(isRunning);
}
