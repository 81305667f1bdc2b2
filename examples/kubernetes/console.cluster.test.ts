import { expect } from 'vitest';
import { BOOTSTRAP_ADMIN, REALM } from '../../infra/names.ts';
import { taskDone } from '../../infra/testing/run.ts';
import { clusterTest } from './testing/cluster-test.ts';

clusterTest('the realm is public, with the public address for its issuer', async ({ installation: { keycloak } }) => {
  const { status, text } = await keycloak.get(`/realms/${REALM}/.well-known/openid-configuration`);
  expect(status).toBe(200);
  const { issuer, token_endpoint: tokens } = JSON.parse(text);
  expect(issuer).toBe(`${keycloak.origin}/realms/${REALM}`);
  expect(tokens).toBe(`${issuer}/protocol/openid-connect/token`);
});

clusterTest('the console is public, and so is all that its page asks for', async ({ installation: { keycloak } }) => {
  expect((await keycloak.get('/admin/')).status).toBe(302);
  const { status, text, headers } = await keycloak.get('/admin/master/console/');
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/html/);
  // A page whose own address is another would send its browser there.
  expect(text).toContain(`"authServerUrl": "${keycloak.origin}`);
  const assets = [...text.matchAll(/(?:src|href)="(\/resources\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(assets.some((path) => path.endsWith('.js'))).toBe(true);
  for (const path of assets) expect({ path, status: (await keycloak.get(path)).status }).toEqual({ path, status: 200 });
});

clusterTest('metrics and health are not, and no path that nobody named', async ({ installation: { keycloak } }) => {
  for (const path of ['/metrics', '/health', '/health/ready', '/health/live', '/health/started', '/other']) {
    const { status, text } = await keycloak.get(path);
    expect({ path, status }).toEqual({ path, status: 404 });
    // Keycloak's own words would mean that the way to it is open, and that only its settings keep it quiet.
    expect(text).not.toContain('Unable to find matching target resource method');
  }
});

clusterTest('the administrator signs in with the password of the task', async ({ installation: { keycloak } }) => {
  const { stdout } = await taskDone('keycloak-admin-password');
  const signIn = (password: string) =>
    keycloak.post('/realms/master/protocol/openid-connect/token', {
      grant_type: 'password',
      client_id: 'admin-cli',
      username: BOOTSTRAP_ADMIN,
      password,
    });
  const { status, text } = await signIn(stdout.trim());
  expect(status).toBe(200);
  const realm = await keycloak.get(`/admin/realms/${REALM}`, JSON.parse(text).access_token);
  expect(realm.status).toBe(200);
  expect(JSON.parse(realm.text)).toMatchObject({ realm: REALM, enabled: true });
  expect(JSON.parse((await signIn('not-the-password')).text)).toMatchObject({ error: 'invalid_grant' });
  expect((await keycloak.get(`/admin/realms/${REALM}`)).status).toBe(401);
});
