import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { parseRealmFile, ReconcileError, reconcileRealm } from '../../infra/realm/reconcile.ts';
import { keycloakRealm, type RunningRealm } from './testing/keycloak-realm.ts';

const REALM = 'inference-gateway-realm';
const withRealm = keycloakRealm();
const OTHER =
  'put the credentials of another administrator of realm master into the Secret keycloak-initial-admin in namespace idp.';

/** What a reconcile fails with; checks that it holds no secret. */
async function failure(realm: RunningRealm, changed: Partial<RunningRealm['options']>): Promise<Error> {
  const error: unknown = await realm.reconcile(changed).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('the reconcile did not fail');
  const text = `${error.stack} ${JSON.stringify(error)}`;
  for (const secret of [...Object.values(realm.secrets), changed.password ?? 'none given']) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toContain('eyJ');
  return error;
}

withRealm('an administrator who cannot sign in: one sentence says what to do', async (realm) => {
  const address = realm.recorder.url;
  const wrong = await failure(realm, { password: 'another password' });
  expect(wrong).toEqual(
    new ReconcileError(
      'administrator_refused',
      `The administrator temp-admin cannot sign in to Keycloak at ${address} (Invalid user credentials): ${OTHER}`,
    ),
  );
  const gone = await failure(realm, { username: 'removed' });
  expect(gone).toMatchObject({
    code: 'administrator_refused',
    message: expect.stringContaining('The administrator removed'),
  });
});

withRealm('an administrator without rights', async (realm) => {
  const credentials = [{ type: 'password', value: 'a helper’s password', temporary: false }];
  const helper = { username: 'helper', enabled: true, email: 'h@example.com', firstName: 'H', lastName: 'H' };
  await realm.master.users.create({ ...helper, emailVerified: true, credentials });
  const error = await failure(realm, { username: 'helper', password: 'a helper’s password' });
  expect(error).toMatchObject({
    code: 'administrator_rights',
    message: `The administrator helper may not manage realm ${REALM} (403): give it the role admin of realm master, or ${OTHER}`,
  });
});

withRealm('a change that Keycloak refuses is named with the reason, and what was done stays', async (realm) => {
  const { hands, ids, options, reconcile } = realm;
  await hands.realms.update({ realm: REALM }, { accessTokenLifespan: 60 });
  await hands.users.del({ id: await ids.user() });
  await hands.users.create({ username: 'other', email: 'user@example.com' });
  const error = await failure(realm, {});
  expect(error).toMatchObject({
    code: 'keycloak_refused',
    message: 'Keycloak refused "user user: created" (409, User exists with same email).',
  });
  expect((await hands.realms.findOne({ realm: REALM }))?.accessTokenLifespan).toBe(300);
  await hands.users.del({ id: await ids.user('other') });
  expect((await reconcile()).changes).toHaveLength(2);
  const unknown = parseRealmFile({ ...options.realm, defaultDefaultClientScopes: ['nobody defined'] });
  expect((await failure(realm, { realm: unknown })).message).toBe(
    'The realm file refers to client scope nobody defined, which is neither in the file nor in the realm.',
  );
});

withRealm('nobody answers, or someone who is no Keycloak', async (realm) => {
  const server = createServer((_request, answer) => answer.writeHead(404).end('<html>'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await failure(realm, { baseUrl })).message).toBe(
    `There is no Keycloak at ${baseUrl}: its token endpoint answered 404.`,
  );
  await new Promise((resolve) => {
    server.close(resolve);
  });
  expect(await failure(realm, { baseUrl: `${baseUrl}/` })).toMatchObject({
    code: 'unreachable',
    message: `Keycloak does not answer at ${baseUrl} (ECONNREFUSED).`,
  });
});

withRealm('the caller’s signal ends it with its reason', async ({ options }) => {
  const reason = new Error('enough');
  await expect(reconcileRealm({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

withRealm('it signs in again when the token runs out', async ({ master, reconcile, recorder }) => {
  const before = recorder.requests.length;
  await reconcile();
  const signIns = () =>
    recorder.requests.slice(before).filter((line) => line.includes('/realms/master/protocol')).length;
  expect(signIns()).toBe(1);
  await master.realms.update({ realm: 'master' }, { accessTokenLifespan: 10 });
  expect((await reconcile()).changes).toEqual([]);
  expect(signIns()).toBeGreaterThan(5);
});
