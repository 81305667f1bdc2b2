import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { authConfig, ISSUER } from '../test/support/auth-config.ts';
import { fetchKeys } from './fetch-keys.ts';

const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const CERTS = `${ISSUER}/certs`;
let key: JWK;
beforeAll(async () => {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  key = await exportJWK(publicKey);
});

/** An issuer that knows these addresses only, and what was asked of it. */
function issuerOf(documents: Record<string, unknown>) {
  const asked: string[] = [];
  const fetchJson = async (url: string) => {
    asked.push(url);
    if (!(url in documents)) throw new Error('it answers 404');
    return documents[url];
  };
  return { asked, fetchJson };
}

test('the keys are fetched where the discovery document says', async () => {
  const { asked, fetchJson } = issuerOf({
    [DISCOVERY]: { issuer: ISSUER, jwks_uri: CERTS, more: true },
    [CERTS]: { keys: [key] },
  });
  expect((await fetchKeys(authConfig(), fetchJson)).fingerprints.size).toBe(1);
  expect(asked).toEqual([DISCOVERY, CERTS]);
});

test('a given address of the keys leaves discovery out', async () => {
  const jwksUrl = 'https://inside.test/keys';
  const { asked, fetchJson } = issuerOf({ [jwksUrl]: { keys: [key] } });
  await fetchKeys(authConfig({ jwksUrl }), fetchJson);
  expect(asked).toEqual([jwksUrl]);
});

test('a given discovery address may lie elsewhere, its document still has to be the issuer’s', async () => {
  const discoveryUrl = 'https://inside.test/d';
  const { asked, fetchJson } = issuerOf({
    [discoveryUrl]: { issuer: ISSUER, jwks_uri: 'https://inside.test/keys' },
    'https://inside.test/keys': { keys: [key] },
  });
  await fetchKeys(authConfig({ discoveryUrl }), fetchJson);
  expect(asked).toEqual([discoveryUrl, 'https://inside.test/keys']);
});

test('keys on loopback may be fetched in the clear', async () => {
  const { fetchJson } = issuerOf({
    [DISCOVERY]: { issuer: ISSUER, jwks_uri: 'http://127.0.0.1:8080/certs' },
    'http://127.0.0.1:8080/certs': { keys: [key] },
  });
  expect((await fetchKeys(authConfig(), fetchJson)).fingerprints.size).toBe(1);
});

test.each<[string, unknown, string]>([
  ['no answer', undefined, 'is not a discovery document'],
  ['a list', [], 'is not a discovery document'],
  ['no jwks_uri', { issuer: ISSUER }, 'is not a discovery document'],
  ['another issuer', { issuer: 'https://evil.test', jwks_uri: CERTS }, 'it is the document of https://evil.test'],
  ['a slash at the end', { issuer: `${ISSUER}/`, jwks_uri: CERTS }, `it is the document of ${ISSUER}/`],
  ['keys in the clear', { issuer: ISSUER, jwks_uri: 'http://issuer.test/certs' }, 'is not https'],
  ['keys in a file', { issuer: ISSUER, jwks_uri: 'file:///etc/passwd' }, 'is not https'],
  ['keys nowhere', { issuer: ISSUER, jwks_uri: 'certs' }, 'is not https'],
])('a discovery document with %s is refused, and its keys are not asked for', async (_name, document, message) => {
  const { asked, fetchJson } = issuerOf({ [DISCOVERY]: document, [CERTS]: { keys: [key] } });
  const keys = fetchKeys(authConfig(), fetchJson);
  await expect(keys).rejects.toThrow(`discovery at ${DISCOVERY}: `);
  await expect(keys).rejects.toThrow(message);
  expect(asked).toEqual([DISCOVERY]);
});

test.each<[string, unknown, string]>([
  ['garbage', 'nonsense', 'the answer is not a JWK set'],
  ['no keys', { keys: [] }, 'the JWK set has no key that verifies signatures'],
])('keys that are %s are refused, with the address', async (_name, document, message) => {
  const { fetchJson } = issuerOf({ [DISCOVERY]: { issuer: ISSUER, jwks_uri: CERTS }, [CERTS]: document });
  await expect(fetchKeys(authConfig(), fetchJson)).rejects.toThrow(`keys at ${CERTS}: ${message}`);
});
