import OpenAI, { AuthenticationError } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from '../model-server/collect.ts';
import { fetchToken, type TokenAnswer } from './fetch-token.ts';
import { missingJava } from './testing/missing-java.ts';
import { leftOver, type RunningStack, runStack } from './testing/run-stack.ts';

let stack: RunningStack | undefined;
let answer: TokenAnswer;
let missing = '';
const messages = [{ role: 'user' as const, content: 'Hello!' }];
const model = 'demo/demo-chat';

beforeAll(async () => {
  missing = await missingJava();
  if (missing) return;
  stack = await runStack({ args: ['--keycloak'], deadlineMs: 280_000 });
  answer = await fetchToken(stack.state, 'password', 'openid');
});
afterAll(() => stack?.stop());

/** A test against the running Keycloak. Without Java it is skipped and says why. */
const withKeycloak = (name: string, body: (running: RunningStack) => Promise<void>) =>
  test(name, async (context) => (stack ? body(stack) : context.skip(missing)));

const clientOf = ({ state }: RunningStack, apiKey: string) =>
  new OpenAI({ baseURL: `${state.gatewayUrl}/v1`, apiKey, maxRetries: 0 });

const refused = (running: RunningStack, token: string): Promise<unknown> =>
  clientOf(running, token)
    .models.list()
    .catch((reason: unknown) => reason);

withKeycloak('the demo user gets models, answers, streams and embeddings', async (running) => {
  const client = clientOf(running, answer.access_token);
  expect((await client.models.list()).data.map((entry) => entry.id)).toContain(model);
  const whole = (await client.chat.completions.create({ model, messages })).choices[0]?.message.content;
  expect(whole).toMatch(/^You said: "Hello!"/);
  const chunks = await collect(await client.chat.completions.create({ model, messages, stream: true }));
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(whole);
  const { data } = await client.embeddings.create({ model: 'demo/demo-embed', input: 'a text' });
  expect(data[0]?.embedding).toHaveLength(64);
});

withKeycloak("the client's own token is as good", async (running) => {
  const { access_token: token } = await fetchToken(running.state, 'client_credentials');
  expect((await clientOf(running, token).models.list()).data.length).toBeGreaterThan(0);
});

withKeycloak('Keycloak and the embedded provider make tokens with the same claims', async (running) => {
  const embedded = await runStack();
  const other = await fetchToken(embedded.state, 'password', 'openid').finally(() => embedded.stop());
  const { sid, ...claims } = claimsOf(answer.access_token);
  expect(sid).toEqual(expect.any(String)); // the embedded provider has no sessions
  const { issuer } = running.state;
  const same = { iss: issuer, iat: claims['iat'], exp: claims['exp'], jti: claims['jti'], sub: claims['sub'] };
  expect(normal({ ...claimsOf(other.access_token), ...same })).toEqual(normal(claims));
});

withKeycloak('ID and refresh tokens are refused', async (running) => {
  const id = await refused(running, answer.id_token ?? '');
  expect(id).toBeInstanceOf(AuthenticationError);
  expect(id).toMatchObject({ status: 401, code: 'token_type' });
  const refresh = await refused(running, answer.refresh_token ?? '');
  expect(refresh).toBeInstanceOf(AuthenticationError);
  expect(refresh).toMatchObject({ status: 401, code: expect.stringMatching(/^token_/) });
});

withKeycloak('npm run token prints a token and nothing else', async (running) => {
  expect((await running.token()).stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
});

withKeycloak(
  'without Keycloak requests with a valid token go on, and Ctrl-C leaves nothing behind',
  async (running) => {
    process.kill(running.state.pids.identityProvider, 'SIGTERM');
    await expect.poll(running.output, { timeout: 30_000 }).toContain('Requests with a valid token go on');
    expect((await clientOf(running, answer.access_token).models.list()).data.length).toBeGreaterThan(0);
    expect(await running.stop()).toEqual({ code: 0, signal: null });
    expect(leftOver(running.state)).toEqual([]);
  },
);

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** Claims whose lists have no order. */
function normal({ scope, 'allowed-origins': origins, ...claims }: Record<string, unknown>): Record<string, unknown> {
  return { ...claims, scope: String(scope).split(' ').sort(), origins: Array.isArray(origins) && [...origins].sort() };
}
