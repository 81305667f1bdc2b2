import { expect } from 'vitest';
import { task, taskDone } from '../../infra/testing/run.ts';
import { withAdmin } from './testing/admin.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';

const explained = (token: string) => taskDone('explain-token', { env: { TOKEN: token } }).then(({ stdout }) => stdout);

clusterTest('a good token is good in all parts', async ({ installation }) => {
  const text = await explained(await installation.token('password'));
  expect(text).not.toContain('BAD');
  expect(text).toMatch(/^good {2}issuer/m);
  expect(text).toMatch(/^the gateway answers 200: it accepts the token$/m);
});

clusterTest("another realm's token has another issuer", async ({ installation }) => {
  const text = await explained(await administratorsToken(installation));
  expect(text).toMatch(/^BAD {3}issuer \(iss\) .*, got https:\S+\/realms\/master$/m);
  expect(text).toMatch(/^the gateway answers 401: /m);
});

clusterTest('an expired token says since when', async ({ installation }) => {
  const token = await shortToken(installation);
  const status = async () => (await installation.api.get('/v1/models', token)).status;
  expect(await status()).toBe(200);
  // The gateway tolerates clocks that are 30 s apart.
  await expect.poll(status, { timeout: 60_000, interval: 500 }).toBe(401);
  const lines = (await explained(token)).split('\n');
  expect(lines.filter((line) => line.startsWith('BAD'))).toEqual([
    expect.stringMatching(/^BAD {3}expiry \(exp\) .*expired \d+ s ago/),
  ]);
  expect(lines.at(-2)).toMatch(/^the gateway answers 401: .*expired/);
});

clusterTest('what is no token, or none, is refused in a sentence', async ({ installation: _ }) => {
  const nonsense = await task('explain-token', { env: { TOKEN: 'nonsense' } });
  expect(nonsense.code).not.toBe(0);
  expect(nonsense.stderr).toMatch(/^That is not a JWT: /m);
  const none = await task('explain-token');
  expect(none.code).not.toBe(0);
  expect(none.stderr).toMatch(/^Say which token: /m);
});

async function administratorsToken({ keycloak }: Installation): Promise<string> {
  const { stdout: password } = await taskDone('keycloak-admin-password');
  const form = { grant_type: 'password', client_id: 'admin-cli', username: 'temp-admin', password: password.trim() };
  return JSON.parse((await keycloak.post('/realms/master/protocol/openid-connect/token', form)).text).access_token;
}

/** A token that is good for a second, of a client that is there for as long. */
function shortToken(installation: Installation): Promise<string> {
  return withAdmin(installation, async ({ clients }) => {
    const client = {
      clientId: 'short-lived',
      secret: 'short',
      serviceAccountsEnabled: true,
      defaultClientScopes: ['inference'],
    };
    const { id } = await clients.create({ ...client, attributes: { 'access.token.lifespan': '1' } });
    try {
      const form = { grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.secret };
      const path = '/realms/inference-gateway-realm/protocol/openid-connect/token';
      return JSON.parse((await installation.keycloak.post(path, form)).text).access_token;
    } finally {
      await clients.del({ id });
    }
  });
}
