import { expect } from 'vitest';
import { IDENTITY_NAMESPACE, KEYCLOAK, POSTGRES } from '../../infra/names.ts';
import { deleteUser, findUser, makeUser } from './testing/admin.ts';
import { clusterTest } from './testing/cluster-test.ts';
import { kubectl, podNow, rolledOut } from './testing/kubectl.ts';

clusterTest(
  'what Keycloak knows outlives the pod of its database, and it goes on by itself',
  async ({ installation }) => {
    const user = await makeUser(installation, 'made-before-the-database-went');
    const keycloak = await podNow(IDENTITY_NAMESPACE, KEYCLOAK);
    const database = await podNow(IDENTITY_NAMESPACE, POSTGRES);
    await kubectl(['delete', 'pod', database.name, '--namespace', IDENTITY_NAMESPACE]);
    await rolledOut(IDENTITY_NAMESPACE, `statefulset/${POSTGRES}`);
    expect((await podNow(IDENTITY_NAMESPACE, POSTGRES)).uid).not.toBe(database.uid);

    await expect.poll(() => installation.token().then(() => 'a token', String), { timeout: 60_000 }).toBe('a token');
    expect((await installation.api.get('/v1/models', await installation.token('password'))).status).toBe(200);
    await rolledOut(IDENTITY_NAMESPACE, `deployment/${KEYCLOAK}`);
    expect(await findUser(installation, user.username)).toEqual(user);
    expect(await podNow(IDENTITY_NAMESPACE, KEYCLOAK)).toEqual(keycloak);
    await deleteUser(installation, user);
  },
);
