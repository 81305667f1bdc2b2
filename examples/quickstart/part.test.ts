import { expect, test } from 'vitest';
import { Part } from './part.ts';
import { isRunning } from './state.ts';
import { until } from './testing/run-stack.ts';

const part = (script: string) => new Part({ name: 'thing', args: ['-e', script], env: { PATH: process.env['PATH'] } });

test('an address that is reported before anybody waits for it is not lost', async () => {
  const lines: string[] = [];
  const script = "process.send({ url: 'http://x' }, () => { console.log('sent'); setInterval(() => {}, 1000) })";
  const args = ['-e', script];
  const early = new Part({ name: 'thing', args, env: {}, onLine: (line) => lines.push(line) });
  await until(() => lines.includes('sent'), 10_000);
  expect(await early.listening(5000)).toBe('http://x');
  await early.stop('SIGTERM', 5000);
});

test('a part that ends before it listens fails with its last lines', async () => {
  const waiting = part("console.error('no luck'); process.exitCode = 3").listening(10_000);
  await expect(waiting).rejects.toThrow('The thing stopped with exit code 3.\nIts last lines:\n  no luck');
});

test('a part that takes too long fails', async () => {
  const slow = part('setInterval(() => {}, 1000)');
  await expect(slow.listening(100)).rejects.toThrow('The thing was not ready after 0.1 s.');
  await slow.stop('SIGTERM', 5000);
});

test('a part that ignores the signal is killed at the deadline, and so is what it started', async () => {
  const script = `
    process.on('SIGTERM', () => {});
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    process.send({ url: String(child.pid) });`;
  const stubborn = part(script);
  const grandchild = Number(await stubborn.listening(10_000));
  await stubborn.stop('SIGTERM', 100);
  expect(await stubborn.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await until(() => !isRunning(grandchild), 5000);
});
