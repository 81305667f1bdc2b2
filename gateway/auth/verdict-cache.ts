import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.ts';

/** Tokens whose verdicts are kept at once: by number, and by their length, since the claims of a long one take as much. */
const MAX_VERDICTS = 20_000;
const MAX_TOKENS_SIZE = 32 * 1024 * 1024;
const MAX_AGE_SECONDS = 300;

/** What was concluded from tokens that were verified a moment ago. */
export interface VerdictCache {
  get(token: string): Principal | undefined;
  set(token: string, principal: Principal): void;
  clear(): void;
}

interface Verdict {
  readonly principal: Principal;
  /** Seconds since the epoch. */
  readonly until: number;
}

/**
 * Keeps principals under the SHA-256 of the whole token: keys made of a part of it have been bypasses elsewhere
 * (CVE-2026-35030). A verdict ends with its token's `exp` and after five minutes; only good ones are kept.
 *
 * @param now seconds since the epoch
 */
export function createVerdictCache(now: () => number = () => Date.now() / 1000): VerdictCache {
  const verdicts = new LRUCache<string, Verdict>({ max: MAX_VERDICTS, maxSize: MAX_TOKENS_SIZE });
  const keyOf = (token: string) => hash('sha256', token, 'base64');
  return {
    get(token) {
      const verdict = verdicts.get(keyOf(token));
      return verdict && now() < verdict.until ? verdict.principal : undefined;
    },
    set(token, principal) {
      const until = Math.min(principal.expiresAt, now() + MAX_AGE_SECONDS);
      verdicts.set(keyOf(token), { principal, until }, { size: token.length });
    },
    clear: () => verdicts.clear(),
  };
}
