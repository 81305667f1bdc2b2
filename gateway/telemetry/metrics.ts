import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { KeyStoreState } from '../auth/key-store.ts';
import type { Observer } from '../http/observe.ts';

/** Seconds; a refusal takes a fraction of a millisecond, a long answer minutes. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The issuer's own words may be in it. */
const MAX_REASON = 200;

export interface Metrics {
  readonly registry: Registry;
  readonly observer: Observer;
  streams(change: 1 | -1): void;
}

/**
 * What Prometheus sees. Labels are names of the gateway's own (route, provider, status, code), so that no caller can
 * make series.
 *
 * @param keys the key store's state; absent without authentication
 */
export function createMetrics(keys: (() => KeyStoreState) | undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'gatehouse_requests_total',
    help: 'Requests by route, provider and status (499: the caller left before an answer).',
    labelNames: ['route', 'provider', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'gatehouse_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer.',
    labelNames: ['route', 'provider'],
    buckets: BUCKETS,
    registers,
  });
  const refusals = new Counter({
    name: 'gatehouse_refusals_total',
    help: 'Requests that the gateway refused or broke off, by error code.',
    labelNames: ['code'],
    registers,
  });
  const streams = new Gauge({ name: 'gatehouse_streams_running', help: 'Event streams under way.', registers });
  if (keys) registerKeyMetrics(keys, registers);

  // prom-client finds a series by sorting and joining its labels, at every call; ours are few, so they are kept.
  const requestsOf = memoize((route, provider, status) => requests.labels(route, provider, status));
  const durationsOf = memoize((route, provider) => durations.labels(route, provider));
  return {
    registry,
    observer({ route, provider = 'none', code }, { status, duration }) {
      requestsOf(route, provider, String(status)).inc();
      durationsOf(route, provider, '').observe(duration / 1000);
      if (code) refusals.inc({ code });
    },
    streams: (change) => streams.inc(change),
  };
}

type Names = readonly [first: string, second: string, third: string];

function memoize<T>(make: (...names: Names) => T): (...names: Names) => T {
  const known = new Map<string, T>();
  return (...names) => {
    const key = `${names[0]} ${names[1]} ${names[2]}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(...names);
    known.set(key, made);
    return made;
  };
}

function registerKeyMetrics(keys: () => KeyStoreState, registers: Registry[]): void {
  new Gauge({
    name: 'gatehouse_keys_age_seconds',
    help: "Since the issuer's keys were last fetched; NaN while none are known.",
    registers,
    collect() {
      this.set((keys().age ?? Number.NaN) / 1000);
    },
  });
  new Gauge({
    name: 'gatehouse_keys_last_fetch_failed',
    help: '1 when the last fetch of the keys failed; the label says why.',
    labelNames: ['reason'],
    registers,
    collect() {
      const { lastError } = keys();
      this.reset();
      this.set({ reason: lastError?.slice(0, MAX_REASON) ?? '' }, lastError === undefined ? 0 : 1);
    },
  });
  for (const [name, count] of [
    ['fetches', (state: KeyStoreState) => state.fetches],
    ['fetch_failures', (state: KeyStoreState) => state.failures],
  ] as const) {
    new Gauge({
      name: `gatehouse_keys_${name}`,
      help: `Key ${name.replace('_', ' ')} since the start.`,
      registers,
      collect() {
        this.set(count(keys()));
      },
    });
  }
}
