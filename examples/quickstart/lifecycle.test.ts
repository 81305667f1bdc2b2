import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fetchToken } from './fetch-token.ts';
import { leftOver, type RunningStack, runStack, until } from './testing/run-stack.ts';

const stacks: RunningStack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) if (stack.process.exitCode === null) await stack.stop('SIGTERM');
});

async function start(args: string[] = []): Promise<RunningStack> {
  const stack = await runStack({ args });
  stacks.push(stack);
  return stack;
}

async function chat(stack: RunningStack, token: string, stream = false, content = 'Hello!'): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'demo/demo-chat', stream, messages: [{ role: 'user', content }] });
  return fetch(`${stack.state.gatewayUrl}/v1/chat/completions`, { method: 'POST', headers, body });
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops everything and exits 0', async (signal) => {
  const stack = await start();
  const directory = /GATEHOUSE_STATE_DIR='([^']+)'/.exec(stack.output())?.[1] ?? '';
  expect(existsSync(directory)).toBe(true);
  expect(await stack.stop(signal)).toEqual({ code: 0, signal: null });
  expect(leftOver(stack.state)).toEqual([]);
});

test('Ctrl-C during a stream finishes it', async () => {
  const stack = await start();
  const response = await chat(stack, (await fetchToken(stack.state, 'password')).access_token, true);
  const [text, ended] = await Promise.all([response.text(), stack.stop('SIGINT')]);
  expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  expect(ended.code).toBe(0);
});

test('a second Ctrl-C kills everything at once', async () => {
  const stack = await start();
  const { access_token: token } = await fetchToken(stack.state, 'password');
  const response = await chat(stack, token, true, 'word '.repeat(80)); // two seconds of words
  const cut = response.text().then(
    () => false,
    () => true,
  );
  void stack.stop('SIGINT');
  await until(() => stack.output().includes('Ctrl-C again'), 5000);
  expect((await stack.stop('SIGINT')).code).toBe(1);
  expect(await cut).toBe(true);
  await until(() => leftOver(stack.state).length === 0, 1000);
});

test('without the identity provider, requests with a valid token go on', async () => {
  const stack = await start();
  const { access_token: token } = await fetchToken(stack.state, 'password');
  const { access_token: unseen } = await fetchToken(stack.state, 'client_credentials');
  process.kill(stack.state.pids.identityProvider, 'SIGKILL');
  await until(() => stack.output().includes('The identity provider was stopped by SIGKILL.'), 5000, stack.output);
  expect((await chat(stack, token)).status).toBe(200);
  expect((await chat(stack, unseen)).status).toBe(200);
  const failed = await stack.token();
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toContain('does not answer');
});

test('without the model server, the stack says so and answers 502', async () => {
  const stack = await start();
  const { access_token: token } = await fetchToken(stack.state, 'password');
  process.kill(stack.state.pids.modelServer, 'SIGKILL');
  await until(() => stack.output().includes('The model server was stopped by SIGKILL.'), 5000, stack.output);
  expect((await chat(stack, token)).status).toBe(502);
});

test('without the gateway everything stops with exit code 1', async () => {
  const stack = await start();
  process.kill(stack.state.pids.gateway, 'SIGKILL');
  expect((await stack.ended).code).toBe(1);
  expect(stack.output()).toContain('The gateway was stopped by SIGKILL.');
  expect(leftOver(stack.state)).toEqual([]);
});

test('when the stack itself is killed, its parts stop too', async () => {
  const stack = await start();
  await stack.stop('SIGKILL');
  await until(() => leftOver(stack.state).length === 0, 10_000);
});

test('a busy port is replaced by another, and the stack says so', async () => {
  const holder = createServer();
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, '127.0.0.1', () => {
      const address = holder.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const stack = await start(['--port', String(port)]);
  holder.close();
  const taken = Number(new URL(stack.state.gatewayUrl).port);
  expect(taken).not.toBe(port);
  expect(stack.output()).toContain(`Port ${port} is busy: the gateway takes ${taken}.`);
});

test('a gateway that cannot start ends everything at once, and is heard', async () => {
  const failed = runStack({ env: { PROXY_ROUTES: 'nonsense' } }).catch((error: Error) => error.message);
  expect(await failed).toMatch(
    /^The stack did not start:[\s\S]*The gateway stopped with exit code 78[\s\S]*PROXY_ROUTES/,
  );
});
