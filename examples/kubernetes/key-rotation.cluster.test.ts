import { expect } from 'vitest';
import { GATEWAY, GATEWAY_NAMESPACE } from '../../infra/names.ts';
import { podNow } from '../../infra/testing/kubectl.ts';
import { withAdmin } from './testing/admin.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';

const keyOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;

/** Makes a signing key that Keycloak prefers to the one it has. */
const addKey = (installation: Installation): Promise<string> =>
  withAdmin(installation, async ({ components }) => {
    const { id } = await components.create({
      name: 'rotated',
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      config: { priority: ['1000'], enabled: ['true'], active: ['true'], algorithm: ['RS256'], keySize: ['2048'] },
    });
    return id;
  });

const removeKey = (installation: Installation, id: string): Promise<void> =>
  withAdmin(installation, ({ components }) => components.del({ id }));

clusterTest('a new key of Keycloak counts within 15 s, and the old one still does', async ({ installation }) => {
  const { api, token } = installation;
  const status = (one: string) => async () => (await api.get('/v1/models', one)).status;
  const gateway = await podNow(GATEWAY_NAMESPACE, GATEWAY);
  const old = await token();
  const id = await addKey(installation);
  try {
    const rotated = await token();
    expect(keyOf(rotated)).not.toBe(keyOf(old));
    await expect.poll(status(rotated), { timeout: 15_000, interval: 200 }).toBe(200);
    expect(await status(old)()).toBe(200);
  } finally {
    await removeKey(installation, id);
  }
  const next = await token();
  expect(keyOf(next)).toBe(keyOf(old));
  expect(await status(next)()).toBe(200);
  expect(await podNow(GATEWAY_NAMESPACE, GATEWAY)).toEqual(gateway);
});
