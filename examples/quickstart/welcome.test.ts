import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './state.ts';
import { type RunningStack, runNpm, runStack } from './testing/run-stack.ts';

const run = promisify(execFile);
let stack: RunningStack;

beforeAll(async () => {
  stack = await runStack();
});
afterAll(() => stack.stop());

/** Where this stack keeps its state, as its welcome says. */
const stateDirectory = () => /GATEHOUSE_STATE_DIR='([^']+)'/.exec(stack.output())?.[1] ?? '';

test('it is ready in under 5 seconds and says where everything is', () => {
  expect(stack.startedIn).toBeLessThan(5000);
  const { state } = stack;
  for (const text of [
    `${state.gatewayUrl}/v1`,
    state.metricsUrl,
    state.issuer,
    `kill ${state.pids.identityProvider}`,
  ]) {
    expect(stack.output()).toContain(text);
  }
});

test('the curl line that it prints works as it stands', async () => {
  const line = /^ {2}(curl .+)$/m.exec(stack.output())?.[1] ?? '';
  const { stdout } = await run('sh', ['-c', `${line} -s`], { cwd: ROOT });
  expect(JSON.parse(stdout)).toMatchObject({ object: 'chat.completion' });
});

test('the token that it prints works', async () => {
  const token = /^ {2}(ey\S+)$/m.exec(stack.output())?.[1] ?? '';
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${stack.state.gatewayUrl}/v1/models`, { headers })).status).toBe(200);
});

test('metrics answer where it says', async () => {
  expect(await (await fetch(stack.state.metricsUrl)).text()).toContain('# HELP');
});

test('npm run token prints a token and nothing else, for both grants', async () => {
  for (const args of [[], ['--grant', 'client_credentials']]) {
    const { code, stdout, stderr } = await stack.token(...args);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
});

test('npm run token refuses an unknown grant and has help', async () => {
  expect(await stack.token('--grant', 'magic')).toMatchObject({ code: 1, stdout: '' });
  expect((await stack.token('--help')).stdout).toContain('--grant');
});

test('the state is for its owner only', () => {
  expect(statSync(join(stateDirectory(), 'quickstart.json')).mode & 0o777).toBe(0o600);
  expect(statSync(stateDirectory()).mode & 0o777).toBe(0o700);
});

test('without a stack npm run token says how to start one', async () => {
  const env = { ...process.env, GATEHOUSE_STATE_DIR: join(dirname(stateDirectory()), 'no-such-stack') };
  const { code, stdout, stderr } = await runNpm(['run', '-s', 'token'], env);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('npm start');
});
