import { expect } from 'vitest';
import { IDENTITY_NAMESPACE, KEYCLOAK, POSTGRES } from '../../infra/names.ts';
import { kubectl, podNow, rolledOut } from '../../infra/testing/kubectl.ts';
import { findUser, makeUser } from './testing/admin.ts';
import { clusterTest } from './testing/cluster-test.ts';

clusterTest(
  'what Keycloak knows outlives the pod of its database, and it goes on by itself',
  async ({ installation }) => {
    const user = await makeUser(installation, 'before-the-restart');
    const keycloak = await podNow(IDENTITY_NAMESPACE, KEYCLOAK);
    const database = await podNow(IDENTITY_NAMESPACE, POSTGRES);
    await kubectl(['delete', 'pod', database.name, '--namespace', IDENTITY_NAMESPACE]);
    await rolledOut(IDENTITY_NAMESPACE, `statefulset/${POSTGRES}`);
    expect((await podNow(IDENTITY_NAMESPACE, POSTGRES)).uid).not.toBe(database.uid);

    // Keycloak finds its connections dead one by one, and opens others.
    const signedIn = async () =>
      (await installation.api.get('/v1/models', await installation.token('password'))).status;
    await expect.poll(signedIn, { timeout: 60_000 }).toBe(200);
    await rolledOut(IDENTITY_NAMESPACE, `deployment/${KEYCLOAK}`);
    await expect.poll(() => findUser(installation, user.username), { timeout: 60_000 }).toEqual(user);
    expect(await podNow(IDENTITY_NAMESPACE, KEYCLOAK)).toEqual(keycloak);
  },
);
