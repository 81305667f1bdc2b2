import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../infra/testing/run.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';
import { gatewayAnswers } from './testing/gateway-answers.ts';
import { startManualGateway } from './testing/manual-gateway.ts';
import { type ManualRealm, withManualRealm, withWayToKeycloak } from './testing/manual-realm.ts';
import { withNamespace } from './testing/probe.ts';

/** What Keycloak answers to curl, which is told the grant's fields one by one. */
async function tokenByCurl({ keycloak }: Installation, realm: ManualRealm, fields: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-manual-'));
  const authority = join(directory, 'ca.crt');
  writeFileSync(authority, keycloak.authority);
  const form = [...fields, `client_id=${realm.clientId}`, `client_secret=${realm.clientSecret}`];
  const place = ['--cacert', authority, '--resolve', `${keycloak.host}:443:${keycloak.address}`];
  const type = ['-H', 'Content-Type: application/x-www-form-urlencoded'];
  const url = `${keycloak.origin}/realms/${realm.name}/protocol/openid-connect/token`;
  try {
    const { stdout } = await run('curl', [
      '-s',
      ...place,
      '-X',
      'POST',
      ...type,
      url,
      ...form.flatMap((field) => ['-d', field]),
    ]);
    return JSON.parse(stdout) as { access_token?: string; error?: string; error_description?: string };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The grant of the user: refused until the client allows it, and the user has a name. */
async function passwordToken(installation: Installation, realm: ManualRealm): Promise<string> {
  const ask = () =>
    tokenByCurl(installation, realm, [
      'grant_type=password',
      `username=${realm.username}`,
      `password=${realm.password}`,
    ]);
  expect(await ask()).toMatchObject({ error: 'unauthorized_client' });
  await realm.allowPasswordGrant();
  expect(await ask()).toMatchObject({ error_description: 'Account is not fully set up' });
  await realm.nameUser();
  return (await ask()).access_token ?? '';
}

clusterTest('a realm, a client and a gateway that someone set up by hand work together', async ({ installation }) => {
  await withNamespace('manual', (namespace) =>
    withManualRealm(installation, namespace, (realm) =>
      withWayToKeycloak(namespace, async () => {
        await startManualGateway(installation, namespace, realm);
        expect(await gatewayAnswers(installation.cluster, namespace)).toBe(401);

        const ofClient = await tokenByCurl(installation, realm, ['grant_type=client_credentials']);
        expect(await gatewayAnswers(installation.cluster, namespace, ofClient.access_token)).toBe(200);

        const ofUser = await passwordToken(installation, realm);
        expect(JSON.parse(Buffer.from(ofUser.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
          aud: 'account', // no audience mapper: azp says whom the token is for
          azp: realm.clientId,
          email: 'user@example.com',
        });
        expect(await gatewayAnswers(installation.cluster, namespace, ofUser)).toBe(200);
        expect(await gatewayAnswers(installation.cluster, namespace, await installation.token())).toBe(401);
      }),
    ),
  );
});
