import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from '../model-server/collect.ts';
import { fetchToken } from './fetch-token.ts';
import { type RunningStack, runStack } from './testing/run-stack.ts';

let stack: RunningStack;
let client: OpenAI;
const messages = [{ role: 'user' as const, content: 'Hello!' }];
const model = 'demo/demo-chat';

const clientWith = (apiKey: string) =>
  new OpenAI({ baseURL: `${stack.state.gatewayUrl}/v1`, apiKey, maxRetries: 0, timeout: 10_000 });

beforeAll(async () => {
  stack = await runStack();
  client = clientWith((await fetchToken(stack.state, 'password')).access_token);
});
afterAll(() => stack.stop());

test('models are listed and found', async () => {
  const ids = (await client.models.list()).data.map((entry) => entry.id);
  expect(ids).toContain(model);
  expect((await client.models.retrieve(model)).id).toBe(model);
});

test('chat answers', async () => {
  const answer = await client.chat.completions.create({ model, messages });
  expect(answer.choices[0]?.message.content).toMatch(/^You said: "Hello!"/);
});

test('a stream brings the words of the same answer', async () => {
  const whole = await client.chat.completions.create({ model, messages });
  const stream = await client.chat.completions.create({ model, messages, stream: true });
  const words = (await collect(stream)).map((chunk) => chunk.choices[0]?.delta.content ?? '');
  expect(words.filter(Boolean).length).toBeGreaterThan(10);
  expect(words.join('')).toBe(whole.choices[0]?.message.content);
});

test('embeddings answer', async () => {
  const answer = await client.embeddings.create({ model: 'demo/demo-embed', input: 'a text' });
  expect(answer.data[0]?.embedding).toHaveLength(64);
});

test("the client's own token is as good", async () => {
  const { access_token: token } = await fetchToken(stack.state, 'client_credentials');
  expect((await clientWith(token).models.list()).data.length).toBeGreaterThan(0);
});

test('no token is 401 credentials_missing', async () => {
  const response = await fetch(`${stack.state.gatewayUrl}/v1/models`);
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
  expect(await response.json()).toMatchObject({ error: { code: 'credentials_missing' } });
});

test('garbage is an AuthenticationError token_malformed', async () => {
  const error: unknown = await clientWith('garbage')
    .models.list()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AuthenticationError);
  expect(error).toMatchObject({ status: 401, code: 'token_malformed' });
});

test('an ID token is an AuthenticationError token_type', async () => {
  const { id_token: token = '' } = await fetchToken(stack.state, 'password', 'openid');
  const error: unknown = await clientWith(token)
    .models.list()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AuthenticationError);
  expect(error).toMatchObject({ status: 401, code: 'token_type' });
});

test('an unknown model is a NotFoundError, whether the provider or its model is unknown', async () => {
  for (const unknown of ['nobody/gpt', 'demo/gpt']) {
    const error: unknown = await client.chat.completions
      .create({ model: unknown, messages })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found' });
  }
});

test("the provider's 400 is a BadRequestError with its own code", async () => {
  const error: unknown = await client.chat.completions
    .create({ model, messages: [] })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({ status: 400, code: 'invalid_messages' });
});

test('a request without a model is a BadRequestError model_missing', async () => {
  const error: unknown = await client.chat.completions
    .create({ messages } as unknown as Parameters<typeof client.chat.completions.create>[0])
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({ status: 400, code: 'model_missing' });
});
