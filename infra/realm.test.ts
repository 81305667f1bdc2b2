import { expect, test } from 'vitest';
import { realmOf } from './constructs/realm.ts';
import { deploymentOf } from './testing/deployments.ts';

const clientOf = (realm: ReturnType<typeof realmOf>, clientId: string) =>
  realm.clients.find((client) => client.clientId === clientId);

const taking = (realm: ReturnType<typeof realmOf>) =>
  realm.clients.filter((client) => client['directAccessGrantsEnabled']);

test('without the demo user nobody gets a token for a password alone', () => {
  const realm = realmOf(deploymentOf());
  expect(taking(realm)).toEqual([]);
  expect(clientOf(realm, 'admin-cli')).toMatchObject({ publicClient: true, directAccessGrantsEnabled: false });
  expect(JSON.stringify(realm)).not.toContain('DEMO_USER_PASSWORD');
});

test('with the demo user only the client with a secret takes passwords', () => {
  const realm = realmOf(deploymentOf({ keycloak: { demoUser: true } }));
  expect(realm.users.map(({ username }) => username)).toContain('user');
  expect(taking(realm)).toEqual([
    expect.objectContaining({ clientId: 'inference-gateway-client', publicClient: false }),
  ]);
});

test("the browser's way back is to the host of the deployment alone", () => {
  expect(clientOf(realmOf(deploymentOf()), 'inference-gateway-client')).toMatchObject({
    redirectUris: ['https://api.example.com/*'],
  });
});
