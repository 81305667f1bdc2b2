import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const EARLY = new URL('../early-signals.ts', import.meta.url);
const MAIN = new URL('../main.ts', import.meta.url);

test.each(['SIGTERM', 'SIGINT'] as const)('%s while the rest is loaded ends the process with 0', async (signal) => {
  const rest = 'process.stdout.write("loading"); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['--import', EARLY.href, '--eval', rest]);
  await once(child.stdout, 'data');
  child.kill(signal);
  expect((await once(child, 'close'))[0]).toBe(0);
});

test('nothing is loaded before the gateway listens to signals', () => {
  const [first] = readFileSync(MAIN, 'utf8').match(/^import .*$/m) ?? [];
  expect(first).toBe("import './early-signals.ts';");
});
