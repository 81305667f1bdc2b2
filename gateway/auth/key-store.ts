import type { AuthConfig } from '../config.ts';
import type { KeySet } from './key-set.ts';

/** What the key store tells of itself, for readiness and metrics. */
export interface KeyStoreState {
  /** Milliseconds since the keys were last fetched; undefined while none are known. */
  readonly age: number | undefined;
  /** Why the last fetch failed; undefined when it did not. */
  readonly lastError: string | undefined;
  readonly fetches: number;
  readonly failures: number;
}

/** What the store uses of the world around it. */
export interface KeyStoreParts {
  /** Gives the issuer's present keys, or rejects. */
  fetch(): Promise<KeySet>;
  /** After a good fetch. */
  refreshed?(count: number): void;
  /** After a failed one; `state` tells how old the keys in use are. */
  failed?(error: Error, state: KeyStoreState): void;
  /** A key went, or changed under its name: whatever was concluded from it no longer counts. */
  withdrawn?(): void;
  /** A clock that only goes forward, in milliseconds. */
  now?(): number;
}

const FIRST_RETRY = 250;
const LAST_RETRY = 30_000;
/** Without any keys nobody is let in: then the issuer is asked more often. */
const LAST_RETRY_WITHOUT_KEYS = 5_000;

/**
 * The issuer's keys, kept fresh in the background: refreshed before they are `maxAge` old, kept while refreshes fail
 * until they are `maxStale` old, never replaced by an empty set. jose's remote key set does neither of the last two.
 */
export class KeyStore {
  readonly #limits: AuthConfig['keys'];
  readonly #parts: KeyStoreParts;
  readonly #now: () => number;
  #keys: KeySet | undefined;
  #fetchedAt = 0;
  #triedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;
  #retry = FIRST_RETRY;
  #generation = 0;
  #lastError: string | undefined;
  #fetches = 0;
  #failures = 0;

  constructor(limits: AuthConfig['keys'], parts: KeyStoreParts) {
    this.#limits = limits;
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** The keys to verify with; undefined when none are known, or they are older than `maxStale`. */
  current(): KeySet | undefined {
    return this.#keys && this.#now() - this.#fetchedAt <= this.#limits.maxStale ? this.#keys : undefined;
  }

  /** Counts withdrawals; what was concluded under an earlier number is void. */
  get generation(): number {
    return this.#generation;
  }

  get state(): KeyStoreState {
    return {
      age: this.#keys && this.#now() - this.#fetchedAt,
      lastError: this.#lastError,
      fetches: this.#fetches,
      failures: this.#failures,
    };
  }

  /** Begins to fetch; the process need not wait for it. */
  start(): void {
    this.#stopped = false;
    void this.#refresh();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /**
   * Fetches anew because a token names a key that is not there: at most once each `cooldown` for the whole process,
   * whatever callers send, failures included. That is the memory of unknown key ids too: within it they are refused at once.
   */
  async refreshForUnknownKey(): Promise<void> {
    if (this.#running) return this.#running;
    if (this.#now() - this.#triedAt >= this.#limits.cooldown) await this.#refresh();
  }

  #refresh(): Promise<void> {
    this.#running ??= this.#fetchOnce().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
    return this.#running;
  }

  async #fetchOnce(): Promise<void> {
    this.#triedAt = this.#now();
    this.#fetches += 1;
    try {
      this.#accept(await this.#parts.fetch());
    } catch (error) {
      this.#failures += 1;
      this.#lastError = error instanceof Error ? error.message : String(error);
      this.#retry = Math.min(this.#retry * 2, this.#keys ? LAST_RETRY : LAST_RETRY_WITHOUT_KEYS);
      this.#parts.failed?.(error instanceof Error ? error : new Error(String(error)), this.state);
    }
  }

  #accept(fresh: KeySet): void {
    const withdrawn = this.#keys !== undefined && !this.#keys.isWithin(fresh);
    this.#keys = fresh;
    this.#fetchedAt = this.#now();
    this.#lastError = undefined;
    this.#retry = FIRST_RETRY;
    if (withdrawn) {
      this.#generation += 1;
      this.#parts.withdrawn?.();
    }
    this.#parts.refreshed?.(fresh.fingerprints.size);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const wait = this.#lastError === undefined ? this.#limits.maxAge : Math.min(this.#retry, this.#limits.maxAge);
    // Earlier than the limit, so that keys never outlive their age, and spread, so that pods don't ask all at once.
    this.#timer = setTimeout(() => void this.#refresh(), wait * (0.8 + Math.random() * 0.15)).unref();
  }
}
