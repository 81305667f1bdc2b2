import { expect } from 'vitest';
import { keycloakRealm } from './testing/keycloak-realm.ts';
import { addThings, changeThings, everything } from './testing/peoples-changes.ts';

const REALM = 'inference-gateway-realm';
const withRealm = keycloakRealm();

withRealm('what people added and changed stays, with nothing to do and after a repair', async (realm) => {
  const { hands, ids, reconcile } = realm;
  await addThings(realm);
  await changeThings(realm);
  const before = await everything(realm);
  expect(await reconcile()).toEqual({ changes: [], writes: [] });
  expect(await everything(realm)).toEqual(before);

  const uris = ['http://127.0.0.1:8080/*', 'https://console.example/*'];
  await hands.realms.update({ realm: REALM }, { accessTokenLifespan: 60 });
  await hands.clients.update({ id: await ids.client() }, { redirectUris: uris, directAccessGrantsEnabled: false });
  const scope = { name: 'inference', description: 'other', attributes: { 'include.in.token.scope': 'false' } };
  await hands.clientScopes.update({ id: await ids.scope('inference') }, scope);
  const role = await hands.clients.findRole({ id: await ids.client(), roleName: 'inference-user' });
  await hands.clients.updateRole(
    { id: await ids.client(), roleName: 'inference-user' },
    { ...role, description: 'other' },
  );
  await hands.users.update({ id: await ids.user() }, { firstName: 'Other', enabled: false });
  expect((await reconcile()).changes).toHaveLength(5);
  expect(await everything(realm)).toEqual(before);
});

withRealm('entries of a list that only the file has join those that are there', async ({ hands, ids, reconcile }) => {
  const id = await ids.client();
  await hands.clients.update(
    { id },
    { redirectUris: ['https://console.example/*'], webOrigins: ['https://console.example'] },
  );
  expect((await reconcile()).changes).toEqual(['client inference-gateway-client: redirectUris, webOrigins']);
  const client = await hands.clients.findOne({ id });
  expect(client?.redirectUris?.sort()).toEqual([
    'http://127.0.0.1:8080/*',
    'https://api.inference-gateway.local/*',
    'https://console.example/*',
  ]);
  expect(client?.webOrigins?.sort()).toEqual(['+', 'https://console.example']);
});
