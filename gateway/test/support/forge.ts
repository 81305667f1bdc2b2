import { createHmac, generateKeyPairSync, KeyObject, sign as signWith } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';

/** Makes a signature over the signing input; tokens that no library would make are made here. */
export type Sign = (input: string) => string | Buffer;

/** base64url of a text, or of a value as JSON. */
export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/**
 * A compact JWS over exactly these bytes.
 *
 * @param header a text as it is, anything else as JSON
 * @param claims the same
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
/** RSASSA-PKCS1-v1_5 by any RSA key, whatever the header says. */
export const rs256 =
  (key: CryptoKey | KeyObject, hash = 'sha256'): Sign =>
  (input) =>
    signWith(hash, Buffer.from(input), key instanceof KeyObject ? key : KeyObject.from(key));

/** An attacker's own RSA key. */
export function attackerKey(): { privateKey: KeyObject; jwk: JWK; pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey,
    jwk: publicKey.export({ format: 'jwk' }) as JWK,
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}
