import { randomUUID } from 'node:crypto';
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { onTestFinished } from 'vitest';
import { forwardTo } from '../../../infra/cluster/port-forward.ts';
import { secretValue } from '../../../infra/cluster/token.ts';
import { IDENTITY_NAMESPACE, KEYCLOAK, PORTS, REALM, selectorOf } from '../../../infra/names.ts';
import { administratorOf } from '../../../infra/realm/admin.ts';
import type { Installation } from './cluster-test.ts';

/** An administrator's hands in a realm of the deployed Keycloak, by a forwarded port, for as long as `body` runs. */
export async function withAdmin<T>(
  { cluster, config }: Installation,
  body: (api: KeycloakAdminClient) => Promise<T>,
  realm: string = REALM,
): Promise<T> {
  const secret = (key: string) => secretValue(cluster, IDENTITY_NAMESPACE, config.secretNames.admin, key);
  const forward = await forwardTo(cluster, {
    namespace: IDENTITY_NAMESPACE,
    labels: selectorOf(KEYCLOAK),
    port: PORTS.keycloakHttp,
  });
  try {
    const [username, password] = [await secret('username'), await secret('password')];
    const address = `http://127.0.0.1:${forward.port}`;
    return await body(administratorOf({ address, username, password, realm, secrets: [] }).api);
  } finally {
    await forward.close();
  }
}

/** A user whom people made, and not the realm's file. */
export interface MadeUser {
  readonly id: string;
  readonly username: string;
}

/** Makes a user through the Admin API, who is there until the test ends. */
export async function makeUser(installation: Installation, purpose: string): Promise<MadeUser> {
  const username = `${purpose}-${randomUUID().slice(0, 8)}`;
  const id = await withAdmin(installation, async ({ users }) => {
    const made = await users.create({ username, enabled: true, email: `${username}@example.com` });
    return made.id;
  });
  onTestFinished(() => withAdmin(installation, ({ users }) => users.del({ id })));
  return { id, username };
}

/** The user of that name, as Keycloak knows it now. */
export function findUser(installation: Installation, username: string): Promise<MadeUser | undefined> {
  return withAdmin(installation, async ({ users }) => {
    const [found] = await users.find({ username, exact: true });
    return found?.id ? { id: found.id, username } : undefined;
  });
}
