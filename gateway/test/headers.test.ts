import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { answerJson, startUpstream, type TestUpstream } from './support/upstream.ts';

let bed: TestBed;
let keyed: TestUpstream;
beforeAll(async () => {
  keyed = await startUpstream();
  bed = await startTestBed({
    OPENAI_API_URL: keyed.url,
    OPENAI_API_KEY: 'sk-provider-key',
    ANTHROPIC_API_URL: keyed.url,
    ANTHROPIC_API_KEY: 'sk-ant-key',
  });
});
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  await keyed.close();
});

test("of a caller's headers only the allowed ones reach the provider", async () => {
  await bed.post(
    '/v1/chat/completions',
    { model: MODEL },
    {
      cookie: 'session=1',
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-host': 'evil',
      forwarded: 'for=1.2.3.4',
      'x-api-key': 'callers',
      'proxy-authorization': 'Basic x',
      'x-custom': 'y',
      'accept-encoding': 'gzip',
      'openai-beta': 'assistants=v2',
      'idempotency-key': 'abc',
    },
  );
  const { headers } = bed.upstream.received.at(-1) ?? { headers: {} };
  expect(Object.keys(headers).sort()).toEqual(
    [
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',

      'openai-beta',
      'user-agent',
      'x-request-id',
    ].sort(),
  );
});

test("the provider gets the gateway's key and never the caller's token", async () => {
  await bed.post('/v1/chat/completions', { model: 'openai/gpt-4o' });
  expect(keyed.received.at(-1)?.headers.authorization).toBe('Bearer sk-provider-key');
});

test('a key can go in a header of its own, and a row has headers that a caller may override', async () => {
  await bed.post('/v1/messages', { model: 'anthropic/claude' });
  const { headers } = keyed.received.at(-1) ?? { headers: {} };
  expect(headers).toMatchObject({ 'x-api-key': 'sk-ant-key', 'anthropic-version': '2023-06-01' });
  expect(headers).not.toHaveProperty('authorization');
  await bed.post(
    '/v1/messages',
    { model: 'anthropic/claude' },
    { 'anthropic-version': '2024-10-22', 'x-api-key': 'mine' },
  );
  expect(keyed.received.at(-1)?.headers).toMatchObject({
    'x-api-key': 'sk-ant-key',
    'anthropic-version': '2024-10-22',
  });
});

test("of a provider's headers only the allowed ones reach the caller", async () => {
  bed.upstream.handle = answerJson({}, 200, {
    'set-cookie': 'a=b',
    server: 'secret/1',
    'openai-organization': 'acme',
    'x-request-id': 'theirs',
    'x-ratelimit-remaining-requests': '9',
    'retry-after': '7',
    via: '1.1 x',
  });
  const { headers } = await bed.post('/v1/chat/completions', { model: MODEL }, { 'x-request-id': 'mine-1' });
  expect([headers.get('x-ratelimit-remaining-requests'), headers.get('retry-after')]).toEqual(['9', '7']);
  expect(headers.get('x-request-id')).toBe('mine-1');
  for (const name of ['set-cookie', 'server', 'openai-organization', 'via'])
    expect(headers.has(name), name).toBe(false);
});

test('the request id goes along to the provider', async () => {
  await bed.post('/v1/chat/completions', { model: MODEL }, { 'x-request-id': 'mine-2' });
  expect(bed.upstream.received.at(-1)?.headers['x-request-id']).toBe('mine-2');
});
