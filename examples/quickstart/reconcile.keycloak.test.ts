import { expect } from 'vitest';
import { keycloakRealm, type RunningRealm } from './testing/keycloak-realm.ts';

const REALM = 'inference-gateway-realm';
const CLIENT = 'client inference-gateway-client';
const ACCOUNT = 'user service-account-inference-gateway-client';
const MAPPER = 'inference gateway audience';

const withRealm = keycloakRealm();

async function expectNothingToDo({ reconcile, signIn }: RunningRealm): Promise<void> {
  expect(await reconcile()).toEqual({ changes: [], writes: [] });
  for (const as of ['user', 'client'] as const) {
    expect(await signIn(as)).toMatchObject({
      aud: 'inference-gateway-client',
      resource_access: { 'inference-gateway-client': { roles: ['inference-user'] } },
    });
  }
}

withRealm('after an import nothing is to be done, nor in a second run', async (realm) => {
  await expectNothingToDo(realm);
  await expectNothingToDo(realm);
});

/** What happens to a realm, and what the reconcile then says that it did. */
const drifts: Record<string, [(realm: RunningRealm) => Promise<unknown>, string[]]> = {
  'settings of the realm': [
    ({ hands }) =>
      hands.realms.update({ realm: REALM }, { accessTokenLifespan: 60, passwordPolicy: '', rememberMe: true }),
    [`realm ${REALM}: rememberMe, passwordPolicy, accessTokenLifespan`],
  ],
  'the audience mapper is deleted': [
    async ({ hands, ids }) =>
      hands.clientScopes.delProtocolMapper({
        id: await ids.scope('inference'),
        mapperId: await ids.mapper('inference', MAPPER),
      }),
    [`protocol mapper ${MAPPER} of client scope inference: created`],
  ],
  'a mapper adds another audience, and is of another type': [
    async ({ hands, ids }) => {
      const [id, mapperId] = [await ids.scope('inference'), await ids.mapper('inference', MAPPER)];
      const config = { 'included.client.audience': 'account', 'access.token.claim': 'true' };
      const mapper = { id: mapperId, name: MAPPER, protocol: 'openid-connect', config };
      const update = { ...mapper, protocolMapper: 'oidc-full-name-mapper' };
      await hands.clientScopes.updateProtocolMapper({ id, mapperId }, update);
    },
    [
      `protocol mapper ${MAPPER} of client scope inference: protocolMapper, config.included.client.audience, config.id.token.claim, config.introspection.token.claim`,
    ],
  ],
  'a client scope is deleted': [
    async ({ hands, ids }) => hands.clientScopes.del({ id: await ids.scope('inference') }),
    ['client scope inference: created', `${CLIENT}: default client scope inference`],
  ],
  "a client scope's description and attribute": [
    async ({ hands, ids }) => {
      const attributes = { 'include.in.token.scope': 'false' };
      const scope = { name: 'inference', description: 'other', attributes };
      await hands.clientScopes.update({ id: await ids.scope('inference') }, scope);
    },
    ['client scope inference: description, attributes.include.in.token.scope'],
  ],
  'default client scopes become optional': [
    async ({ hands, ids }) => {
      const [id, scope, email] = [await ids.client(), await ids.scope('inference'), await ids.scope('email')];
      await hands.clients.delDefaultClientScope({ id, clientScopeId: scope });
      await hands.clients.addOptionalClientScope({ id, clientScopeId: scope });
      await hands.clientScopes.delDefaultClientScope({ id: email });
      await hands.clientScopes.addDefaultOptionalClientScope({ id: email });
    },
    [`realm ${REALM}: default client scope email`, `${CLIENT}: default client scope inference`],
  ],
  'fields of the client, its secret, and an attribute': [
    async ({ hands, ids }) =>
      hands.clients.update(
        { id: await ids.client() },
        {
          enabled: false,
          secret: 'another',
          redirectUris: ['https://api.inference-gateway.local/*'],
          attributes: { 'pkce.code.challenge.method': 'plain' },
        },
      ),
    [`${CLIENT}: secret, redirectUris, attributes.pkce.code.challenge.method, enabled`],
  ],
  'the service account is switched off, which deletes its user': [
    async ({ hands, ids }) => hands.clients.update({ id: await ids.client() }, { serviceAccountsEnabled: false }),
    [`${CLIENT}: serviceAccountsEnabled`, `${ACCOUNT}: roles inference-user of ${CLIENT}`],
  ],
  'the client is deleted': [
    async ({ hands, ids }) => hands.clients.del({ id: await ids.client() }),
    [
      `${CLIENT}: created`,
      `role inference-user of ${CLIENT}: created`,
      `role inference-admin of ${CLIENT}: created`,
      `user user: roles inference-user of ${CLIENT}`,
      `${ACCOUNT}: roles inference-user of ${CLIENT}`,
    ],
  ],
  "a client's role is deleted, and another described otherwise": [
    async ({ hands, ids }) => {
      const id = await ids.client();
      await hands.clients.delRole({ id, roleName: 'inference-user' });
      await hands.clients.updateRole(
        { id, roleName: 'inference-admin' },
        { name: 'inference-admin', description: 'x' },
      );
    },
    [
      `role inference-user of ${CLIENT}: created`,
      `role inference-admin of ${CLIENT}: description`,
      `user user: roles inference-user of ${CLIENT}`,
      `${ACCOUNT}: roles inference-user of ${CLIENT}`,
    ],
  ],
  'the service account loses its role': [
    async ({ hands, ids }) => {
      const id = await ids.user('service-account-inference-gateway-client');
      const clientUniqueId = await ids.client();
      const roles = await hands.users.listClientRoleMappings({ id, clientUniqueId });
      const all = roles.map((role) => ({ ...role, id: role.id ?? '', name: role.name ?? '' }));
      await hands.users.delClientRoleMappings({ id, clientUniqueId, roles: all });
    },
    [`${ACCOUNT}: roles inference-user of ${CLIENT}`],
  ],
  'the realm is deleted': [({ hands }) => hands.realms.del({ realm: REALM }), [`realm ${REALM}: created`]],
};

for (const [what, [drift, changes]] of Object.entries(drifts)) {
  withRealm(`mended: ${what}`, async (realm) => {
    await drift(realm);
    expect((await realm.reconcile()).changes).toEqual(changes);
    await expectNothingToDo(realm);
  });
}
