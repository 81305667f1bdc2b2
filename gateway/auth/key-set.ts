import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  importJWK,
  type JWK,
  type JWSHeaderParameters,
  type JWTHeaderParameters,
} from 'jose';
import { z } from 'zod';

/** The issuer's public keys at one time. */
export interface KeySet {
  /** Keys that may have signed a token with this header: none, one, or several where the token names none. */
  candidates(header: JWSHeaderParameters): Promise<readonly CryptoKey[]>;
  /** Whether every key of this set is in the other too, by its material and not only by its name. */
  isWithin(other: KeySet): boolean;
  readonly fingerprints: ReadonlySet<string>;
}

/** No issuer needs more; a token without a key id is tried against this many at most. */
const MAX_KEYS = 64;
const MAX_CANDIDATES = 4;
const ASYMMETRIC = new Set(['RSA', 'EC', 'OKP']);
/** RFC 7518 §3.3. */
const MIN_RSA_BITS = 2048;
/** What a key that names no algorithm is imported under to see whether it can be: its curve's own, or any of RSA's. */
const CURVE_ALGORITHMS: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };

// RFC 7517 §5: members that a reader does not know are passed over, and so is a key that it can't use.
const jwksSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).max(MAX_KEYS) });

/**
 * Reads a JWK set. Symmetric keys, private ones, weak ones, those not for signatures and those that cannot be imported
 * never count.
 *
 * @throws Error (rejects) saying what is wrong, an empty set included: it would refuse everyone, and is a fault of the issuer's
 */
export async function readKeySet(document: unknown): Promise<KeySet> {
  const read = jwksSchema.safeParse(document);
  if (!read.success) throw new Error('the answer is not a JWK set');
  const named = (read.data.keys as JWK[]).filter(isVerificationKey);
  const usable = await Promise.all(named.map(canVerify));
  const keys = named.filter((_, i) => usable[i]);
  if (keys.length === 0) throw new Error('the JWK set has no key that verifies signatures');
  return keySet(keys);
}

function isVerificationKey(key: JWK): boolean {
  if (!ASYMMETRIC.has(key.kty ?? '') || key.d !== undefined || key.k !== undefined) return false;
  if (key.use !== undefined && key.use !== 'sig') return false;
  return key.key_ops === undefined || (Array.isArray(key.key_ops) && key.key_ops.includes('verify'));
}

async function canVerify(key: JWK): Promise<boolean> {
  const standard = key.kty === 'RSA' ? 'RS256' : (CURVE_ALGORITHMS[key.crv ?? ''] ?? 'EdDSA');
  try {
    const imported = await importJWK(key, key.alg ?? standard);
    if (imported instanceof Uint8Array || !imported.usages.includes('verify')) return false;
    const { modulusLength = MIN_RSA_BITS } = imported.algorithm as { modulusLength?: number };
    return modulusLength >= MIN_RSA_BITS;
  } catch {
    return false;
  }
}

function keySet(keys: JWK[]): KeySet {
  const find = createLocalJWKSet({ keys });
  const fingerprints = new Set(keys.map(fingerprint));
  return {
    fingerprints,
    isWithin: (other) => [...fingerprints].every((key) => other.fingerprints.has(key)),
    async candidates(header) {
      try {
        return [await find(header as JWTHeaderParameters)];
      } catch (error) {
        if (error instanceof errors.JWKSMultipleMatchingKeys) return take(error, MAX_CANDIDATES);
        // A key that cannot be imported can't have signed anything that we accept.
        return [];
      }
    },
  };
}

async function take(keys: AsyncIterable<CryptoKey>, count: number): Promise<CryptoKey[]> {
  const taken: CryptoKey[] = [];
  for await (const key of keys) if (taken.push(key) === count) break;
  return taken;
}

function fingerprint({ kid, alg, kty, crv, n, e, x, y }: JWK): string {
  return JSON.stringify([kid, alg, kty, crv, n, e, x, y]);
}
