import { fileURLToPath } from 'node:url';
import { type Realm, readRealm } from '../identity-provider/realm.ts';

/** Where the realm file is. */
export const REALM_FILE = fileURLToPath(
  new URL('../../../infra/realm/inference-gateway-realm-realm.json', import.meta.url),
);

/** Credentials for tests that start an identity provider themselves. */
export const CREDENTIALS = { OIDC_CLIENT_SECRET: 'client-secret-%/=', DEMO_USER_PASSWORD: 'a long password' } as const;

/** The realm with its placeholders filled from {@link CREDENTIALS}. */
export function testRealm(): Realm {
  return readRealm(REALM_FILE, CREDENTIALS);
}
