import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Load, LoadResult } from './load.ts';
import { quantile, Tally } from './statistics.ts';
import { EVENT_INTERVAL, PATH, STREAM_EVENTS, STREAM_REQUEST, STREAMS } from './workload.ts';

const EXPECTED = STREAM_EVENTS.join('');
const STREAM_DURATION = EVENT_INTERVAL * STREAM_EVENTS.length;

/** Reads streams one after the other on each connection, and compares every one of them. */
export async function loadStreams({ url, token, seconds }: Load): Promise<LoadResult> {
  const pool = new Pool(url, { connections: STREAMS });
  const headers = ['content-type', 'application/json', 'authorization', `Bearer ${token}`];
  const firsts: number[] = [];
  const errors = new Tally();
  const start = performance.now();
  const readers = Array.from({ length: STREAMS }, async (_, index) => {
    // Spread over a stream's duration: they shall not all begin at once again and again.
    await delay((index * STREAM_DURATION) / STREAMS);
    while (performance.now() - start < seconds * 1000) {
      const { first, error } = await readStream(pool, headers);
      if (error !== undefined) errors.add(error);
      else firsts.push(first);
    }
  });
  await Promise.all(readers);
  const took = (performance.now() - start) / 1000;
  await pool.destroy();
  return {
    answers: firsts.length,
    seconds: took,
    p50: quantile(firsts, 0.5),
    p99: quantile(firsts, 0.99),
    errors: errors.counts,
  };
}

/** @returns milliseconds until the first piece of the body, or what was wrong */
function readStream(pool: Pool, headers: string[]): Promise<{ first: number; error?: string }> {
  const { promise, resolve } = Promise.withResolvers<{ first: number; error?: string }>();
  const began = performance.now();
  let first = Number.NaN;
  let status = 0;
  let text = '';
  pool.dispatch(
    { path: PATH, method: 'POST', headers, body: STREAM_REQUEST.asked },
    {
      onRequestStart() {},
      onResponseStart(_controller, code) {
        status = code;
      },
      onResponseData(_controller, chunk) {
        if (text === '') first = performance.now() - began;
        text += chunk.toString('latin1');
      },
      onResponseEnd() {
        if (status !== 200) resolve({ first, error: `answered ${status}` });
        else if (text !== EXPECTED) resolve({ first, error: 'answered with another stream' });
        else resolve({ first });
      },
      onResponseError(_controller, error) {
        resolve({ first, error: `broke off: ${error.message}` });
      },
    },
  );
  return promise;
}
