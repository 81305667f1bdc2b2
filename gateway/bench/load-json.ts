import autocannon from 'autocannon';
import type { Load, LoadResult } from './load.ts';
import { quantile, Tally } from './statistics.ts';
import { CONNECTIONS, JSON_ANSWER, JSON_REQUEST, PATH } from './workload.ts';

/** POSTs as fast as the answers come, on all connections, and compares every answer. */
export async function loadJson({ url, token, seconds }: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const run = autocannon(
    {
      url: url + PATH,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON_REQUEST.asked,
      expectBody: JSON_ANSWER,
      connections: CONNECTIONS,
      duration: seconds,
    },
    (error: unknown, result) => (error ? reject(error) : resolve(result)),
  );
  run.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  const result = await promise;
  return {
    answers: latencies.length,
    seconds: result.duration,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    errors: errorsOf(result),
  };
}

function errorsOf(result: autocannon.Result): Readonly<Record<string, number>> {
  const errors = new Tally();
  errors.add('connection failed', result.errors - result.timeouts);
  errors.add('no answer in time', result.timeouts);
  errors.add('answered with another body', result.mismatches);
  for (const [status, { count = 0 }] of Object.entries(result.statusCodeStats ?? {})) {
    if (status !== '200') errors.add(`answered ${status}`, count);
  }
  return errors.counts;
}
