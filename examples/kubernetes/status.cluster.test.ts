import { expect } from 'vitest';
import { taskDone } from '../../infra/testing/run.ts';
import { clusterTest } from './testing/cluster-test.ts';

clusterTest('keycloak-admin-password prints it alone, and whose it is beside it', async ({ installation }) => {
  const { stdout, stderr } = await taskDone('keycloak-admin-password');
  expect(stdout).toMatch(/^[A-Za-z0-9]{32}\n$/);
  expect(stderr).toBe(`of the administrator temp-admin at ${installation.keycloak.origin}\n`);
});

clusterTest('status says that everything runs', async ({ installation: { api, keycloak } }) => {
  const { stdout } = await taskDone('status');
  expect(stdout).toMatch(/^PostgreSQL +1 of 1 ready, \S+postgres:\S+$/m);
  expect(stdout).toMatch(/^Keycloak +1 of 1 ready, \S+keycloak:\S+$/m);
  expect(stdout).toMatch(/^gateway +1 of 1 ready, \S+gatehouse:\S+$/m);
  expect(stdout).toMatch(/^certificate keycloak-tls +good until \d{4}-\d\d-\d\d$/m);
  for (const { origin, address } of [api, keycloak]) {
    expect(stdout).toMatch(new RegExp(`^${origin} +answers at ${address}:443$`, 'm'));
  }
});

clusterTest('hosts prints lines for /etc/hosts and nothing else', async ({ installation: { api, keycloak } }) => {
  const { stdout, stderr } = await taskDone('hosts');
  expect(stdout).toBe(`${api.address} ${api.host}\n${keycloak.address} ${keycloak.host}\n`);
  expect(stderr).toBe('');
});
