import { expect } from 'vitest';
import { AUTHORITY_CONFIG_MAP, SECRETS } from '../names.ts';
import { clusterTest, type Scratch } from './testing/scratch.ts';

const ALL = [
  'made ConfigMap gateway/keycloak-ca',
  'made Secret gateway/inference-gateway',
  'made Secret gateway/inference-gateway-tls',
  'made Secret idp/gatehouse-authority',
  'made Secret idp/keycloak-db',
  'made Secret idp/keycloak-initial-admin',
  'made Secret idp/keycloak-realm',
  'made Secret idp/keycloak-tls',
];

clusterTest('two runs make everything, and two more change nothing', async ({ scratch }) => {
  const lines = [...(await scratch.run('identity')), ...(await scratch.run('gateway'))];
  expect(lines.sort()).toEqual(ALL);
  await scratch.expectConsistent();
  const versions = await scratch.versions();
  expect(Object.keys(versions)).toHaveLength(ALL.length);
  expect([...(await scratch.run('identity')), ...(await scratch.run('gateway'))]).toEqual([]);
  expect(await scratch.versions()).toEqual(versions);
});

clusterTest('Secrets have the types, users and keys that their readers want', async ({ scratch }) => {
  await scratch.run('identity');
  await scratch.run('gateway');
  const list = await scratch.cluster.core.listNamespacedSecret({ namespace: scratch.namespaces.identity });
  const types = Object.fromEntries(list.items.map(({ metadata, type }) => [metadata?.name, type]));
  expect(types).toEqual({
    'gatehouse-authority': 'kubernetes.io/tls',
    'keycloak-db': 'kubernetes.io/basic-auth',
    'keycloak-initial-admin': 'Opaque',
    'keycloak-realm': 'Opaque',
    'keycloak-tls': 'kubernetes.io/tls',
  });
  const password = expect.stringMatching(/^[A-Za-z0-9]{32}$/);
  expect(await scratch.texts('identity', SECRETS.admin)).toEqual({ username: 'temp-admin', password });
  expect(await scratch.texts('identity', SECRETS.database)).toEqual({ username: 'keycloak', password });
  const client = { OIDC_CLIENT_SECRET: password };
  expect(await scratch.texts('identity', SECRETS.realm)).toEqual({ ...client, DEMO_USER_PASSWORD: password });
  expect(await scratch.texts('gateway', SECRETS.gateway)).toEqual({
    ...client,
    OIDC_CLIENT_ID: 'inference-gateway-client',
  });
});

clusterTest('the gateway may come first', async ({ scratch }) => {
  await scratch.run('gateway');
  await scratch.expectConsistent();
  expect(await scratch.run('identity')).toEqual([
    'made Secret idp/keycloak-db',
    'made Secret idp/keycloak-initial-admin',
  ]);
  await scratch.expectConsistent();
});

clusterTest('four runs at once make one set, each object once', async ({ scratch }) => {
  const lines = await Promise.all(
    (['identity', 'gateway', 'identity', 'gateway'] as const).map((part) => scratch.run(part)),
  );
  const made = lines.flat().filter((line) => line.startsWith('made'));
  expect(made.filter((line) => !line.includes('ConfigMap')).sort()).toEqual(ALL.slice(1));
  await scratch.expectConsistent();
  expect([...(await scratch.run('identity')), ...(await scratch.run('gateway'))]).toEqual([]);
});

/** What a run makes anew after one object is gone, beside that object. */
const DEPENDENTS: Record<string, string[]> = {
  [SECRETS.authority]: [SECRETS.keycloakTls, SECRETS.gatewayTls, AUTHORITY_CONFIG_MAP],
};

async function expectRestored(scratch: Scratch, kind: string, part: 'identity' | 'gateway', name: string) {
  const before = await scratch.versions();
  await scratch.delete(kind, part, name);
  await Promise.all([scratch.run('identity'), scratch.run('gateway')]);
  await scratch.expectConsistent();
  const after = await scratch.versions();
  const changed = Object.keys(before).filter((key) => before[key] !== after[key]);
  expect(changed.sort()).toEqual([name, ...(DEPENDENTS[name] ?? [])].sort());
}

clusterTest('after any one object is gone, a run brings it back and leaves the others', async ({ scratch }) => {
  await scratch.run('identity');
  await scratch.run('gateway');
  for (const name of [SECRETS.admin, SECRETS.database, SECRETS.realm, SECRETS.keycloakTls, SECRETS.authority]) {
    await expectRestored(scratch, 'Secret', 'identity', name);
  }
  for (const name of [SECRETS.gateway, SECRETS.gatewayTls]) await expectRestored(scratch, 'Secret', 'gateway', name);
  await expectRestored(scratch, 'ConfigMap', 'gateway', AUTHORITY_CONFIG_MAP);
});
