import { createHmac, generateKeyPairSync, type KeyObject, KeyObject as NodeKey, sign as signWith } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';

/** Makes a signature over the signing input; tokens that no library would make are made here. */
export type Sign = (input: string) => string | Buffer;

/** base64url of a text, or of a value as JSON. */
export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/**
 * A compact JWS over exactly these bytes.
 *
 * @param header and
 * @param claims texts as they are, anything else as JSON
 */
export function forge(header: unknown, claims: unknown, sign: Sign): string {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = sign(input);
  return `${input}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`;
}

export const unsigned: Sign = () => '';
export const hmac =
  (secret: string | Buffer, hash = 'sha256'): Sign =>
  (input) =>
    createHmac(hash, secret).update(input).digest();
/** RS256 by an issuer's own key, whatever the header says. */
export const rs256 =
  (key: CryptoKey | KeyObject, hash = 'sha256'): Sign =>
  (input) =>
    signWith(hash, Buffer.from(input), key instanceof NodeKey ? key : NodeKey.from(key as never));

/** An attacker's own RSA key. */
export function attackerKey(): { privateKey: KeyObject; jwk: JWK; pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey,
    jwk: publicKey.export({ format: 'jwk' }) as JWK,
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}
