import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** The gateway as users run it: a process of its own, configured by its environment alone. */
export interface GatewayProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Its exit code, once it has ended. */
  readonly exit: Promise<number | null>;
  /** Waits until it listens, and gives its address. */
  url(): Promise<string>;
}

/** @param main the file to run: the source, or a bundle made of it */
export function runGateway(
  environment: Record<string, string>,
  args: string[] = [],
  main: string = MAIN,
): GatewayProcess {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env['PATH'] ?? '', ...environment } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const line = () => stdout.split('\n').find((text) => text.includes('the gateway is listening'));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exit,
    async url() {
      await until(() => line() !== undefined, 10);
      return JSON.parse(line() ?? '').url;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
