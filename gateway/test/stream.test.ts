import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { startStream } from './support/stream.ts';
import { until } from './support/until.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({ STREAM_HEARTBEAT_INTERVAL: '50ms', UPSTREAM_IDLE_TIMEOUT: '2s' });
});
afterAll(() => bed[Symbol.asyncDispose]());

const EVENT_STREAM = { 'content-type': 'text/event-stream' };

/** Lets the test decide when the provider says what. */
function hold(): Promise<ServerResponse> {
  return new Promise((resolve) => {
    bed.upstream.handle = (_request, response) => {
      response.writeHead(200, EVENT_STREAM);
      response.flushHeaders();
      resolve(response);
    };
  });
}

test('the status comes before the first event, and each event as it arrives', async () => {
  const held = hold();
  const stream = await startStream(bed, MODEL);
  const provider = await held;
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
  provider.write('data: 1\n\n');
  await until(() => stream.events().includes('data: 1'));
  provider.end('data: 2\n\ndata: [DONE]\n\n');
  await stream.done;
  expect(stream.events()).toEqual(['data: 1', 'data: 2', 'data: [DONE]']);
});

test('a quiet stream gets comments between events, and never inside one', async () => {
  const held = hold();
  const stream = await startStream(bed, MODEL);
  const provider = await held;
  await until(() => stream.text().includes(': heartbeat\n\n'));
  provider.write('data: {"half":');
  await until(() => stream.text().endsWith('"half":'));
  const broken = stream.text();
  // Another stream tells that time for heartbeats has passed.
  void hold();
  const clock = await startStream(bed, MODEL);
  await until(() => clock.text().split(': heartbeat').length > 3);
  expect(stream.text()).toBe(broken);
  provider.end('1}\n\n');
  await stream.done;
  expect(stream.events()).toEqual(['data: {"half":1}']);
});

test('a provider that breaks off is told as an error event, and the answer ends', async () => {
  const held = hold();
  const stream = await startStream(bed, MODEL);
  const provider = await held;
  provider.write('data: 1\n\n');
  await until(() => stream.events().length === 1);
  provider.destroy();
  await stream.done;
  const [, event] = stream.events();
  expect(event).toMatch(/^event: error\ndata: /);
  expect(JSON.parse(event?.split('data: ')[1] ?? '')).toMatchObject({
    type: 'error',
    error: { code: 'upstream_interrupted', param: null, request_id: expect.any(String) },
  });
});

test('a stream that no longer moves ends with an error event after the idle timeout', async () => {
  const held = hold();
  const stream = await startStream(bed, MODEL);
  const provider = await held;
  provider.write('data: 1\n\n');
  await stream.done;
  expect(stream.events().at(-1)).toContain('"upstream_timeout"');
  await until(() => provider.destroyed);
});

test('a caller who leaves ends the provider’s work, before the first byte and after it', async () => {
  const { promise: reached, resolve } = Promise.withResolvers<ServerResponse>();
  bed.upstream.handle = (_request, response) => resolve(response);
  const early = new AbortController();
  const asked = startStream(bed, MODEL, early.signal).catch(() => 'aborted');
  const silent = await reached;
  early.abort();
  await once(silent, 'close');
  expect([await asked, silent.writableFinished]).toEqual(['aborted', false]);

  const held = hold();
  const late = new AbortController();
  await startStream(bed, MODEL, late.signal);
  const provider = await held;
  provider.write('data: 1\n\n');
  late.abort();
  await once(provider, 'close');
  expect(provider.writableFinished).toBe(false);
  await until(() => bed.log.some((line) => line['route'] === 'chat' && line['cut'] === true));
});
