import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeySet } from './key-set.ts';
import { KeyStore } from './key-store.ts';

const SECOND = 1000;
const LIMITS = { maxAge: 600 * SECOND, cooldown: 10 * SECOND, maxStale: 3600 * SECOND };

const set = (...keys: string[]): KeySet => {
  const fingerprints = new Set(keys);
  return {
    fingerprints,
    candidates: async () => [],
    isWithin: (other) => keys.every((key) => other.fingerprints.has(key)),
  };
};

/** A store whose issuer answers what the test says; an Error is a failed fetch. */
function storeOf(first: KeySet | Error = set('a')) {
  const issuer = { answer: first };
  const fetch = vi.fn(async () => {
    if (issuer.answer instanceof Error) throw issuer.answer;
    return issuer.answer;
  });
  const withdrawn = vi.fn();
  const failed = vi.fn();
  const store = new KeyStore(LIMITS, { fetch, withdrawn, failed, now: Date.now });
  return { issuer, fetch, withdrawn, failed, store };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a refresh for an unknown key', () => {
  test('is made once for everyone who waits', async () => {
    const { store, fetch } = storeOf();
    await Promise.all(Array.from({ length: 100 }, () => store.refreshForUnknownKey()));
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('is made again only after the cooldown', async () => {
    const { store, fetch } = storeOf();
    await store.refreshForUnknownKey();
    await pass(LIMITS.cooldown - 1);
    await store.refreshForUnknownKey();
    expect(fetch).toHaveBeenCalledTimes(1);
    await pass(1);
    await store.refreshForUnknownKey();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test('counts as one when it fails, and does not throw', async () => {
    const { store, fetch } = storeOf(new Error('down'));
    await store.refreshForUnknownKey();
    await pass(LIMITS.cooldown - 1);
    await store.refreshForUnknownKey();
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(store.state).toMatchObject({ failures: 1, lastError: 'down' });
  });

  test('waits for one that runs already', async () => {
    const { store, fetch } = storeOf();
    store.start();
    await store.refreshForUnknownKey();
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(store.current()).toBeDefined();
    store.stop();
  });
});

describe('in the background', () => {
  test('keys are refreshed before they reach their greatest age', async () => {
    const { store, fetch } = storeOf();
    store.start();
    await pass(LIMITS.maxAge * 0.79);
    expect(fetch).toHaveBeenCalledTimes(1);
    await pass(LIMITS.maxAge * 0.2);
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(store.state.age).toBeLessThan(LIMITS.maxAge * 0.2);
    store.stop();
  });

  test('a failing issuer is asked again at growing distances, and recovery is noticed', async () => {
    const { store, fetch, issuer } = storeOf();
    store.start();
    await pass(0);
    issuer.answer = new Error('down');
    await pass(LIMITS.maxAge + 10 * SECOND);
    const early = fetch.mock.calls.length;
    await pass(300 * SECOND);
    expect(fetch.mock.calls.length - early).toBeLessThanOrEqual(16);
    issuer.answer = set('a');
    await pass(30 * SECOND);
    expect(store.state.lastError).toBeUndefined();
    store.stop();
  });

  test('without any keys the issuer is asked every five seconds: nobody is let in until it answers', async () => {
    const { store, fetch, issuer } = storeOf(new Error('down'));
    store.start();
    await pass(10 * SECOND);
    const early = fetch.mock.calls.length;
    expect(early).toBeGreaterThanOrEqual(3);
    expect(early).toBeLessThanOrEqual(8);
    await pass(300 * SECOND);
    expect(fetch.mock.calls.length - early).toBeLessThanOrEqual(76);
    issuer.answer = set('a');
    await pass(5 * SECOND);
    expect(store.current()).toBeDefined();
    store.stop();
  });

  test('nothing is fetched any more once it is stopped, even when a fetch still ran', async () => {
    const { store, fetch } = storeOf();
    store.start();
    store.stop();
    await pass(LIMITS.maxAge * 3);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('while refreshes fail', () => {
  test('keys serve until they are too stale, and not a moment longer', async () => {
    const { store, issuer, failed } = storeOf();
    store.start();
    await pass(0);
    issuer.answer = new Error('down');
    await pass(LIMITS.maxStale);
    expect(store.current()).toBeDefined();
    await pass(1);
    expect(store.current()).toBeUndefined();
    expect(failed).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'down' }),
      expect.objectContaining({ age: expect.any(Number), lastError: 'down' }),
    );
    store.stop();
  });

  test('keys that were too stale serve again after a good fetch', async () => {
    const { store, issuer } = storeOf();
    store.start();
    await pass(0);
    issuer.answer = new Error('down');
    await pass(LIMITS.maxStale * 2);
    issuer.answer = set('a');
    await pass(60 * SECOND);
    expect(store.current()).toBeDefined();
    store.stop();
  });
});

describe('a key', () => {
  const then = async (next: KeySet | Error) => {
    const parts = storeOf(set('a', 'b'));
    await parts.store.refreshForUnknownKey();
    parts.issuer.answer = next;
    await pass(LIMITS.cooldown);
    await parts.store.refreshForUnknownKey();
    return parts;
  };

  test.each([
    ['is gone', set('a')],
    ['changed under its name', set('a', 'b2')],
    ['was replaced', set('a', 'c')],
  ])('that %s is withdrawn, and the generation counts on', async (_name, next) => {
    const { store, withdrawn } = await then(next);
    expect(withdrawn).toHaveBeenCalledTimes(1);
    expect(store.generation).toBe(1);
    expect(store.current()).toBe(next);
  });

  test.each([
    ['the set stays as it is', set('a', 'b')],
    ['another comes', set('b', 'c', 'a')],
    ['the fetch fails', new Error('down')],
    ['the set would be empty', new Error('the JWK set has no key that verifies signatures')],
  ])('is not withdrawn when %s', async (_name, next) => {
    const { store, withdrawn } = await then(next);
    expect(withdrawn).not.toHaveBeenCalled();
    expect(store.generation).toBe(0);
    expect([...(store.current()?.fingerprints ?? [])]).toEqual(expect.arrayContaining(['a', 'b']));
  });
});
