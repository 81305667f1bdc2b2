import type { AuthConfig } from '../config.ts';
import { bearerToken } from './bearer.ts';
import { lacksAudience } from './claims.ts';
import { type FetchJson, fetchKeys } from './fetch-keys.ts';
import { KeyStore, type KeyStoreState } from './key-store.ts';
import type { Principal } from './principal.ts';
import { createVerdictCache } from './verdict-cache.ts';
import { verifyToken } from './verify.ts';

/** Tells who sends a request. */
export interface Authenticator {
  readonly issuer: string;
  /**
   * @param rawHeaders names and values in turn, as Node gives them
   * @returns the principal; at once when the token was verified a moment ago
   * @throws GatewayError (or rejects) 401, insufficient_scope or issuer_unavailable
   */
  authenticate(rawHeaders: readonly string[]): Principal | Promise<Principal>;
  /** Whether tokens can be checked at the moment. */
  ready(): boolean;
  keys(): KeyStoreState;
  start(): void;
  stop(): void;
}

/** Where the authenticator says what an operator should know. Never gets a token. */
export interface AuthLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Puts together bearer parsing, keys, verification and the verdict cache for one issuer. */
export function createAuthenticator(config: AuthConfig, fetchJson: FetchJson, log: AuthLog): Authenticator {
  const verdicts = createVerdictCache();
  const keys = new KeyStore(config.keys, {
    fetch: () => fetchKeys(config, fetchJson),
    refreshed: (count) => log.info({ keys: count, issuer: config.issuer }, "the issuer's keys are fresh"),
    failed: (error, state) =>
      log.warn({ reason: error.message, keysAgeMs: state.age }, "the issuer's keys cannot be fetched"),
    withdrawn: () => verdicts.clear(),
  });
  let hinted = false;

  const verify = async (token: string): Promise<Principal> => {
    const generation = keys.generation;
    const principal = await verifyToken(token, config, keys);
    // A key that was withdrawn meanwhile must not come back by way of the cache.
    if (generation === keys.generation) verdicts.set(token, principal);
    if (!hinted && lacksAudience(principal.claims, config)) {
      hinted = true;
      log.warn(
        { client: config.clientId },
        'tokens pass by azp alone: add an audience mapper to the client at the issuer',
      );
    }
    return principal;
  };

  return {
    issuer: config.issuer,
    authenticate(rawHeaders) {
      const token = bearerToken(rawHeaders, config.issuer);
      const known = keys.current() && verdicts.get(token);
      return known ?? verify(token);
    },
    ready: () => keys.current() !== undefined,
    keys: () => keys.state,
    start: () => keys.start(),
    stop: () => keys.stop(),
  };
}
