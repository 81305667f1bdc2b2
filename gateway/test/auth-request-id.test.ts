import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { until } from './support/until.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const refused = (id: string) => fetch(`${bed.url}/v1/models`, { headers: { 'x-request-id': id } });

test.each(['a', 'my-request.1_2', 'x'.repeat(128)])('a well-formed id is kept: %s', async (id) => {
  const response = await refused(id);
  expect(response.headers.get('x-request-id')).toBe(id);
  expect((await errorOf(response)).request_id).toBe(id);
  await until(() => bed.log.some(({ requestId, code }) => requestId === id && code === 'credentials_missing'));
});

test.each(['', 'x'.repeat(129), 'a b', 'a,b', '{"a":1}', 'a\tb', 'é', '../../etc', 'a;b=c'])(
  'any other is replaced: %j',
  async (id) => {
    const response = await refused(id);
    expect(response.headers.get('x-request-id')).toMatch(UUID);
    expect((await errorOf(response)).request_id).toBe(response.headers.get('x-request-id'));
  },
);

test('the provider gets the same id', async () => {
  const response = await bed.post('/v1/chat/completions', { model: 'llamacpp/m' }, { 'x-request-id': 'end-to-end' });
  expect(response.headers.get('x-request-id')).toBe('end-to-end');
  expect(bed.upstream.received.at(-1)?.headers['x-request-id']).toBe('end-to-end');
});
