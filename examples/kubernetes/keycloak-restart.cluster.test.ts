import { expect } from 'vitest';
import { IDENTITY_NAMESPACE, KEYCLOAK } from '../../infra/names.ts';
import { kubectl, podNow, podsOf, rolledOut } from '../../infra/testing/kubectl.ts';
import { clusterTest } from './testing/cluster-test.ts';
import { steadily } from './testing/steady.ts';

clusterTest('valid tokens are good while Keycloak is away, and new ones when it is back', async ({ installation }) => {
  const { api, keycloak, token } = installation;
  const isAway = () =>
    keycloak.get('/realms/master').then(
      ({ status }) => status !== 200,
      () => true,
    );
  const before = await podNow(IDENTITY_NAMESPACE, KEYCLOAK);
  const known = await token();
  // Tokens that the gateway sees for the first time while nobody can be asked about them.
  const unseen = await Promise.all(Array.from({ length: 5 }, () => token()));
  const steady = steadily(async () => (await api.get('/v1/models', known)).status);
  await kubectl(['delete', 'pod', before.name, '--namespace', IDENTITY_NAMESPACE, '--wait=false']);
  await expect.poll(isAway, { timeout: 60_000, interval: 200 }).toBe(true);
  for (const one of unseen) expect((await api.get('/v1/models', one)).status).toBe(200);
  expect(await isAway()).toBe(true);
  await rolledOut(IDENTITY_NAMESPACE, `deployment/${KEYCLOAK}`);
  const answers = await steady.stop();
  expect(answers.filter((answer) => answer !== 200)).toEqual([]);
  expect(answers.length).toBeGreaterThan(50);
  const after = await podsOf(IDENTITY_NAMESPACE, KEYCLOAK);
  expect(after).toEqual([expect.objectContaining({ restarts: 0, uid: expect.not.stringMatching(before.uid) })]);
  await expect.poll(() => token().then(() => 'a token', String), { timeout: 30_000 }).toBe('a token');
  expect((await api.get('/v1/models', await token())).status).toBe(200);
});
