import { expect, test } from 'vitest';
import { errorOf, MODEL, startTestBed } from './support/gateway.ts';
import { until } from './support/until.ts';

test('a body over the limit is 413, whether its length is said or not, and the provider sees nothing', async () => {
  await using bed = await startTestBed({ SERVER_MAX_REQUEST_BODY_SIZE: '4KiB' });
  const fits = await bed.post('/v1/chat/completions', { model: MODEL, pad: 'x'.repeat(4000) });
  expect(fits.status).toBe(200);
  const body = JSON.stringify({ model: MODEL, pad: 'x'.repeat(5000) });
  const said = await bed.post('/v1/chat/completions', body);
  expect([said.status, (await errorOf(said)).code]).toEqual([413, 'body_too_large']);
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(body));
      controller.close();
    },
  });
  const unsaid = await bed.request('/v1/chat/completions', {
    method: 'POST',
    body: stream,
    duplex: 'half',
  } as RequestInit);
  expect([unsaid.status, (await errorOf(unsaid)).code]).toEqual([413, 'body_too_large']);
  expect(bed.upstream.received).toHaveLength(1);
});

test('an encoded body is 415', async () => {
  await using bed = await startTestBed();
  const response = await bed.post('/v1/chat/completions', { model: MODEL }, { 'content-encoding': 'gzip' });
  expect([response.status, (await errorOf(response)).code]).toEqual([415, 'encoding_not_supported']);
});

test('over the limit of concurrent requests is 503 with Retry-After; callers without a token take no place', async () => {
  await using bed = await startTestBed({ SERVER_MAX_CONCURRENT_REQUESTS: '2' });
  const answers: (() => void)[] = [];
  bed.upstream.handle = (_request, response) => answers.push(() => response.end('{}'));
  await Promise.all(
    Array.from({ length: 10 }, () => fetch(`${bed.url}/v1/chat/completions`, { method: 'POST', body: '{}' })),
  );
  const running = [1, 2].map(() => bed.post('/v1/chat/completions', { model: MODEL }));
  await until(() => answers.length === 2);
  const third = await bed.post('/v1/chat/completions', { model: MODEL });
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await errorOf(third)).code).toBe('overloaded');
  expect((await fetch(`${bed.url}/health`)).status).toBe(200);
  for (const answer of answers) answer();
  for (const response of await Promise.all(running)) expect(response.status).toBe(200);
  bed.upstream.handle = (_request, response) => response.end('{}');
  await until(async () => (await bed.post('/v1/chat/completions', { model: MODEL })).status === 200);
});
