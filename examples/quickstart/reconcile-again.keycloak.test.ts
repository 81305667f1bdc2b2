import { expect } from 'vitest';
import { keycloakRealm, type RunningRealm } from './testing/keycloak-realm.ts';

const withRealm = keycloakRealm();

/** Much is to be done: a client scope, the client with its roles, the demo user. */
async function damage({ hands, ids }: RunningRealm): Promise<void> {
  await hands.clientScopes.del({ id: await ids.scope('inference') });
  await hands.clients.del({ id: await ids.client() });
  await hands.users.del({ id: await ids.user() });
}

async function expectWhole({ reconcile, signIn }: RunningRealm): Promise<void> {
  expect(await reconcile()).toEqual({ changes: [], writes: [] });
  for (const as of ['user', 'client'] as const) {
    const roles = { 'inference-gateway-client': { roles: ['inference-user'] } };
    expect(await signIn(as)).toMatchObject({ aud: 'inference-gateway-client', resource_access: roles });
  }
}

withRealm('a run that is cut off after any of its requests is finished by the next', async (realm) => {
  const { recorder, reconcile } = realm;
  await damage(realm);
  const before = recorder.requests.length;
  await reconcile();
  const whole = recorder.requests.length - before;
  for (let count = 1; count < whole; count += 3) {
    await damage(realm);
    await expect(reconcile({ signal: recorder.abortAfter(count) })).rejects.toThrow('aborted');
    await reconcile();
    await expectWhole(realm);
  }
});

withRealm('three runs at once mend a realm together', async (realm) => {
  await damage(realm);
  await Promise.all([realm.reconcile(), realm.reconcile(), realm.reconcile()]);
  await expectWhole(realm);
});

withRealm('three runs at once set a password, and only because it is wrong', async (realm) => {
  const { hands, ids, reconcile } = realm;
  const together = async () => {
    const runs = await Promise.all([reconcile(), reconcile(), reconcile()]);
    return runs.flatMap(({ changes }) => changes);
  };
  expect(await together()).toEqual([]);
  const credential = { type: 'password', value: 'a wrong password', temporary: false };
  await hands.users.resetPassword({ id: await ids.user(), credential });
  expect(new Set(await together())).toEqual(new Set(['user user: password']));
  await expectWhole(realm);
});

withRealm('three runs at once make a realm that is gone', async (realm) => {
  await realm.hands.realms.del({ realm: realm.options.realm.realm });
  await Promise.all([realm.reconcile(), realm.reconcile(), realm.reconcile()]);
  await expectWhole(realm);
});
