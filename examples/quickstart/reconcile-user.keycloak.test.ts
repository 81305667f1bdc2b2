import { expect } from 'vitest';
import { keycloakRealm, type RunningRealm } from './testing/keycloak-realm.ts';

const withRealm = keycloakRealm();
const wrong = { type: 'password', value: 'a wrong password', temporary: false };

const failedSignIns = async ({ hands, ids }: RunningRealm) =>
  (await hands.attackDetection.findOne({ id: await ids.user() }))?.['numFailures'];

withRealm('a demo user who was deleted comes back with password and role', async (realm) => {
  await realm.hands.users.del({ id: await realm.ids.user() });
  expect((await realm.reconcile()).changes).toEqual([
    'user user: created',
    'user user: roles inference-user of client inference-gateway-client',
  ]);
  await realm.signIn('user');
});

withRealm('a demo user who was disabled and renamed is mended', async (realm) => {
  const { hands, ids, reconcile, signIn } = realm;
  await hands.users.update(
    { id: await ids.user() },
    { enabled: false, firstName: 'Other', email: 'other@example.com', emailVerified: false },
  );
  expect((await reconcile()).changes).toEqual(['user user: enabled, email, emailVerified, firstName']);
  await signIn('user');
});

withRealm('a password that is not the file’s is set again, and no failed sign-in is left', async (realm) => {
  const { hands, ids, reconcile, signIn } = realm;
  await hands.users.resetPassword({ id: await ids.user(), credential: wrong });
  expect((await reconcile()).changes).toEqual(['user user: password']);
  expect(await failedSignIns(realm)).toBe(0);
  await signIn('user');
  expect(await reconcile()).toEqual({ changes: [], writes: [] });
});

withRealm('a user without a password gets it', async (realm) => {
  const { hands, ids, reconcile, signIn } = realm;
  const id = await ids.user();
  for (const credential of await hands.users.getCredentials({ id })) {
    await hands.users.deleteCredential({ id, credentialId: credential.id ?? '' });
  }
  expect((await reconcile()).changes).toEqual(['user user: password']);
  await signIn('user');
});

withRealm('asking for a token with the password leaves no session', async ({ hands, ids, reconcile }) => {
  const id = await ids.user();
  const before = (await hands.users.listSessions({ id })).length;
  await reconcile();
  expect(await hands.users.listSessions({ id })).toHaveLength(before);
});

withRealm('a required action that was added to the user stays, and the password is not set', async (realm) => {
  const { hands, ids, reconcile } = realm;
  const id = await ids.user();
  await hands.users.update({ id }, { requiredActions: ['UPDATE_PASSWORD'] });
  expect(await reconcile()).toEqual({ changes: [], writes: [] });
  expect((await hands.users.findOne({ id }))?.requiredActions).toEqual(['UPDATE_PASSWORD']);
  await hands.users.update({ id }, { requiredActions: [] });
});

withRealm('while the user is locked out nothing is asked', async (realm) => {
  const { hands, ids, reconcile, recorder, signIn } = realm;
  const id = await ids.user();
  const isLocked = async () => (await hands.attackDetection.findOne({ id }))?.['disabled'] === true;
  for (let guesses = 0; guesses < 12 && !(await isLocked()); guesses += 1) {
    await signIn('user', 'a wrong guess').catch(() => undefined);
  }
  expect(await isLocked()).toBe(true);
  const failures = await failedSignIns(realm);
  const before = recorder.requests.length;
  expect(await reconcile()).toEqual({ changes: [], writes: [] });
  expect(recorder.requests.slice(before).join('\n')).not.toContain('/realms/inference-gateway-realm/protocol');
  expect(await failedSignIns(realm)).toBe(failures);
  await hands.attackDetection.del({ id });
});

withRealm('a retired user is disabled, another person of that name is not', async (realm) => {
  const { hands, ids, reconcile } = realm;
  const [id, retired] = [await ids.user(), { username: 'user', email: 'user@example.com' }];
  expect((await reconcile({ retired: [{ ...retired, email: 'else@example.com' }] })).changes).toEqual([]);
  expect((await reconcile({ retired: [retired] })).changes).toEqual(['user user: disabled']);
  expect((await hands.users.findOne({ id }))?.enabled).toBe(false);
});
