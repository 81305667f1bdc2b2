import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, type JWSHeaderParameters } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { readKeySet } from './key-set.ts';

let rsa: JWK;
let other: JWK;
let ec: JWK;
beforeAll(async () => {
  const make = async (alg: string, kid: string) => {
    const { publicKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  };
  [rsa, other, ec] = await Promise.all([make('RS256', 'rsa'), make('RS256', 'other'), make('ES256', 'ec')]);
});

const count = async (keys: unknown[], header: object) =>
  (await (await readKeySet({ keys })).candidates(header as JWSHeaderParameters)).length;

describe('candidates', () => {
  test('the key that the token names', async () => {
    expect(await count([rsa, other, ec], { alg: 'RS256', kid: 'other' })).toBe(1);
  });
  test('every key of the algorithm when the token names none, four at most', async () => {
    expect(await count([rsa, other, ec], { alg: 'RS256' })).toBe(2);
    const many = Array.from({ length: 6 }, (_, i) => ({ ...rsa, kid: `k${i}` }));
    expect(await count(many, { alg: 'RS256' })).toBe(4);
  });
  test.each([
    ['an unknown key id', { alg: 'RS256', kid: 'nobody' }],
    ['a key id of another type of key', { alg: 'RS256', kid: 'ec' }],
    ['an algorithm that the key is not for', { alg: 'RS512', kid: 'rsa' }],
    ['HMAC with the id of a public key', { alg: 'HS256', kid: 'rsa' }],
    ['no algorithm', { kid: 'rsa' }],
    ['a key id that is a list', { alg: 'RS256', kid: ['rsa'] }],
    ['a key id that is a number', { alg: 'RS256', kid: 0 }],
    ['a key id of every object', { alg: 'RS256', kid: '__proto__' }],
  ])('none for %s', async (_name, header) => {
    expect(await count([rsa, other, ec], header)).toBe(0);
  });
  test('a key that names no algorithm serves each of its type', async () => {
    const { alg: _, ...plain } = rsa;
    expect(await count([plain], { alg: 'RS512', kid: 'rsa' })).toBe(1);
    expect(await count([plain], { alg: 'PS256', kid: 'rsa' })).toBe(1);
  });
});

describe('never counts', () => {
  const weak = () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    return { ...publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256', use: 'sig' };
  };
  const symmetric = {
    kty: 'oct',
    k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw',
    kid: 'oct',
    alg: 'HS256',
    use: 'sig',
  };
  test.each<[string, () => object]>([
    ['a symmetric key', () => symmetric],
    ['a private key', () => ({ ...rsa, d: 'AQAB' })],
    ['an encryption key', () => ({ ...rsa, use: 'enc', alg: 'RSA-OAEP' })],
    ['an encryption key with the algorithm of a signature', () => ({ ...rsa, use: 'enc' })],
    ['an encryption key without use', () => ({ ...rsa, use: undefined, alg: 'RSA-OAEP' })],
    ['a key whose operations leave verification out', () => ({ ...rsa, key_ops: ['encrypt'] })],
    ['a key whose operations are no list', () => ({ ...rsa, key_ops: 'verify' })],
    ['an RSA key of 1024 bits', weak],
    ['an RSA key without its modulus', () => ({ ...rsa, n: undefined })],
    ['a point that is not on its curve', () => ({ ...ec, y: ec.x })],
    ['an unknown curve', () => ({ ...ec, crv: 'P-999' })],
    ['an unknown algorithm', () => ({ ...rsa, alg: 'RS1' })],
    ['an unknown type', () => ({ kty: 'XYZ', kid: 'xyz' })],
  ])('%s: alone, the set is empty', async (_name, key) => {
    await expect(readKeySet({ keys: [key()] })).rejects.toThrow('no key that verifies signatures');
    const beside = await readKeySet({ keys: [key(), ec] });
    expect(beside.fingerprints.size).toBe(1);
  });
});

test.each([
  ['nothing', undefined],
  ['a list', []],
  ['no keys', {}],
  ['keys that are no list', { keys: {} }],
  ['a key without a type', { keys: [{ kid: 'x' }] }],
  ['too many keys', { keys: Array.from({ length: 65 }, () => ({ kty: 'RSA' })) }],
])('%s is not a JWK set', async (_name, document) => {
  await expect(readKeySet(document)).rejects.toThrow('not a JWK set');
});

test('an empty set is refused', async () => {
  await expect(readKeySet({ keys: [] })).rejects.toThrow('no key that verifies signatures');
});

test('a set is within another by the material of its keys, not by their names', async () => {
  const [small, large, renamed] = await Promise.all(
    [[rsa], [ec, rsa], [{ ...other, kid: 'rsa' }]].map((keys) => readKeySet({ keys })),
  );
  if (!small || !large || !renamed) throw new TypeError('three sets were asked for');
  expect(small.isWithin(large)).toBe(true);
  expect(large.isWithin(small)).toBe(false);
  expect(small.isWithin(renamed)).toBe(false);
});
