import type { RunningRealm } from './keycloak-realm.ts';

const REALM = 'inference-gateway-realm';

/** The realm as an export gives it, with its clients, scopes, mappers, flows, providers and roles; and its users. */
export async function everything({ hands }: RunningRealm): Promise<unknown> {
  const realm = await hands.realms.export({ realm: REALM, exportClients: true, exportGroupsAndRoles: true });
  const users = await hands.users.find();
  const roles = await Promise.all(users.map(({ id = '' }) => hands.users.listRoleMappings({ id })));
  return sorted({ realm, users, roles });
}

/** Lists that Keycloak gives in no order. */
function sorted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .sort()
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** What people add to a realm in its console. */
export async function addThings({ hands, ids }: RunningRealm): Promise<void> {
  const id = await ids.client();
  const mapper = {
    name: 'team',
    protocol: 'openid-connect',
    protocolMapper: 'oidc-hardcoded-claim-mapper',
    config: { 'claim.name': 'team', 'claim.value': 'a', 'access.token.claim': 'true' },
  };
  await hands.clients.create({
    clientId: 'another-client',
    secret: 'its own',
    redirectUris: ['https://other.example/*'],
  });
  await hands.clients.addProtocolMapper({ id }, mapper);
  await hands.clients.createRole({ id, name: 'inference-guest', attributes: { level: ['1'] } });
  await hands.roles.create({ name: 'auditor' });
  await hands.clientScopes.create({ name: 'extra', protocol: 'openid-connect', protocolMappers: [mapper] });
  await hands.clientScopes.addProtocolMapper({ id: await ids.scope('inference') }, mapper);
  await hands.clientScopes.addDefaultClientScope({ id: await ids.scope('extra') });
  await hands.clients.addOptionalClientScope({ id, clientScopeId: await ids.scope('extra') });
  await hands.identityProviders.create({
    alias: 'company',
    providerId: 'oidc',
    config: { clientId: 'x', clientSecret: 'y' },
  });
  await hands.authenticationManagement.copyFlow({ flow: 'direct grant', newName: 'our grant' });
  await hands.groups.create({ name: 'staff' });
  await addUser(hands, ids);
}

async function addUser(hands: RunningRealm['hands'], ids: RunningRealm['ids']): Promise<void> {
  await hands.users.create({ username: 'alice', enabled: true, email: 'alice@example.com' });
  const clientUniqueId = await ids.client();
  const roles = (await hands.clients.listRoles({ id: clientUniqueId })).map(({ id = '', name = '' }) => ({ id, name }));
  for (const name of ['alice', 'user']) {
    await hands.users.addClientRoleMappings({ id: await ids.user(name), clientUniqueId, roles });
  }
}

/** What people change at things that the file describes, in places that it does not name. */
export async function changeThings({ hands, ids }: RunningRealm): Promise<void> {
  const id = await ids.client();
  const client = await hands.clients.findOne({ id });
  await hands.clients.update(
    { id },
    {
      redirectUris: [...(client?.redirectUris ?? []), 'https://console.example/*'],
      webOrigins: ['+', 'https://console.example'],
      attributes: { 'access.token.lifespan': '120' },
      consentRequired: false,
      baseUrl: 'https://console.example',
    },
  );
  await hands.clientScopes.update(
    { id: await ids.scope('inference') },
    { name: 'inference', attributes: { 'gui.order': '1' } },
  );
  await hands.clients.updateRole(
    { id, roleName: 'inference-user' },
    {
      name: 'inference-user',
      description: 'May use the models that the policy opens to users',
      attributes: { cost: ['low'] },
    },
  );
  await hands.realms.update(
    { realm: REALM },
    {
      attributes: { note: 'ours' },
      smtpServer: { from: 'us@example.com', host: 'mail', user: 'u', password: 'p' },
      otpPolicyType: 'totp',
      otpPolicyDigits: 8,
    },
  );
  const profile = await hands.users.getProfile();
  await hands.users.updateProfile({ ...profile, unmanagedAttributePolicy: 'ENABLED' } as Parameters<
    typeof hands.users.updateProfile
  >[0]);
  const user = await hands.users.findOne({ id: await ids.user() });
  await hands.users.update({ id: await ids.user() }, { ...user, attributes: { team: ['a'] } });
}
