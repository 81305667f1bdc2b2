import { X509Certificate } from 'node:crypto';
import { expect } from 'vitest';
import { SECRETS } from '../names.ts';
import { type CertifiedKey, makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { handshake } from './testing/handshake.ts';
import { clusterTest } from './testing/scratch.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const certified = (texts: Readonly<Record<string, string>>): CertifiedKey => ({
  certificate: texts['tls.crt'] ?? '',
  key: texts['tls.key'] ?? '',
});
const secretOf = ({ certificate, key }: CertifiedKey, ca?: string) => ({
  type: 'kubernetes.io/tls',
  stringData: { 'tls.crt': certificate, 'tls.key': key, ...(ca && { 'ca.crt': ca }) },
});

clusterTest('what the gateway is given verifies what Keycloak shows', async ({ scratch }) => {
  await scratch.run('identity');
  const shown = certified(await scratch.texts('identity', SECRETS.keycloakTls));
  const service = `keycloak.${scratch.namespaces.identity}.svc`;
  for (const name of [service, `${service}.cluster.local`, 'keycloak', 'keycloak.inference-gateway.local']) {
    await handshake(shown, await scratch.authority(), name);
  }
  const api = certified(await scratch.texts('gateway', SECRETS.gatewayTls));
  await handshake(api, await scratch.authority(), 'api.inference-gateway.local');
});

clusterTest(
  'certificates near their end are made anew by the same authority, by two runs at once too',
  async ({ scratch }) => {
    await scratch.run('identity');
    expect(await scratch.run('gateway', { now: inDays(335) })).toEqual(['made Secret gateway/inference-gateway']);
    const before = await scratch.texts('identity', SECRETS.authority);
    const options = { now: inDays(500) };
    const lines = (await Promise.all([scratch.run('gateway', options), scratch.run('identity', options)])).flat();
    expect(lines.map((line) => line.replace(/\d{4}-\d\d-\d\d/, 'DATE')).sort()).toEqual([
      'renewed Secret gateway/inference-gateway-tls: it ended on DATE',
      'renewed Secret idp/keycloak-tls: it ended on DATE',
    ]);
    expect(await scratch.texts('identity', SECRETS.authority)).toEqual(before);
    await scratch.expectConsistent();
  },
);

clusterTest('a new authority is trusted beside the one before, until that one ends', async ({ scratch }) => {
  await scratch.run('identity');
  await scratch.run('gateway');
  const old = {
    authority: await scratch.authority(),
    server: certified(await scratch.texts('identity', SECRETS.keycloakTls)),
  };
  const options = { now: inDays(3300) };
  const lines = (await Promise.all([scratch.run('gateway', options), scratch.run('identity', options)])).flat();
  expect(lines.filter((line) => line.includes('authority'))).toHaveLength(1);
  await scratch.expectConsistent();
  const both = await scratch.authority();
  expect(both.match(/BEGIN/g)).toHaveLength(2);
  expect(both).toContain(old.authority);
  await handshake(old.server, both, `keycloak.${scratch.namespaces.identity}.svc`);

  expect(await scratch.run('identity', { now: inDays(3660) })).toContain('renewed ConfigMap gateway/keycloak-ca');
  expect((await scratch.authority()).match(/BEGIN/g)).toHaveLength(1);
  await scratch.expectConsistent();
});

clusterTest('another host gets another certificate, and a bent ConfigMap is mended', async ({ scratch }) => {
  await scratch.run('identity');
  await scratch.cluster.core.replaceNamespacedConfigMap({
    name: 'keycloak-ca',
    namespace: scratch.namespaces.gateway,
    body: { metadata: { name: 'keycloak-ca' }, data: { 'ca.crt': 'bent' } },
  });
  const hosts = { api: 'api.inference-gateway.local', keycloak: 'login.example.com' };
  expect(await scratch.run('identity', { deployment: { hosts } })).toEqual([
    'renewed Secret idp/keycloak-tls: it was not for login.example.com',
    'renewed ConfigMap gateway/keycloak-ca',
  ]);
});

clusterTest("someone's own certificate stays when it will do, and stops the run when not", async ({ scratch }) => {
  const authority = await makeAuthority(new Date());
  const names = ['keycloak.inference-gateway.local', `keycloak.${scratch.namespaces.identity}.svc`];
  const wrong = await makeServerCertificate(authority, 'keycloak', ['other.example.com'], new Date());
  await scratch.create('Secret', 'identity', SECRETS.keycloakTls, secretOf(wrong, authority.certificate));
  const message = await scratch.failure('identity');
  expect(message).toMatch(
    /^Secret idp\/keycloak-tls was made by something else, .*: it is not for keycloak.inference-gateway.local, keycloak.idp.svc\./,
  );
  expect(message).toContain("tls: { mode: 'existing' }");

  await scratch.delete('Secret', 'identity', SECRETS.keycloakTls);
  const good = await makeServerCertificate(authority, 'keycloak', names, new Date());
  await scratch.create('Secret', 'identity', SECRETS.keycloakTls, secretOf(good, authority.certificate));
  await scratch.run('identity');
  expect(certified(await scratch.texts('identity', SECRETS.keycloakTls))).toEqual(good);
  expect(await scratch.authority()).toBe(authority.certificate);
});

clusterTest('an authority that something else made is left alone', async ({ scratch }) => {
  const authority = await makeAuthority(new Date());
  await scratch.create('Secret', 'identity', SECRETS.authority, secretOf(authority));
  expect(await scratch.failure('identity')).toMatch(
    /gatehouse-authority should hold .* but it was made by something else/,
  );
  expect(certified(await scratch.texts('identity', SECRETS.authority))).toEqual(authority);
});

clusterTest(
  'mode existing checks all certificates, and takes the authority from ca.crt or the chain',
  async ({ scratch }) => {
    const options = { deployment: { tls: { mode: 'existing', keycloak: 'own', gateway: 'own-api' } } } as const;
    const authority = await makeAuthority(new Date());
    const names = ['keycloak.inference-gateway.local', `keycloak.${scratch.namespaces.identity}.svc`];
    const own = await makeServerCertificate(authority, 'keycloak', names, inDays(-380));
    await scratch.create('Secret', 'identity', 'own', secretOf(own));
    const lines = (await scratch.failure('gateway', options)).split('\n').slice(1);
    expect(lines[0]).toMatch(/^ {2}Secret idp\/own: ca.crt is absent, and tls.crt does not lead to a public authority/);
    expect(lines[1]).toMatch(
      /^ {2}Secret gateway\/own-api is absent; it is to be a certificate for api.inference-gateway.local: kubectl -n gateway create secret generic own-api --type=kubernetes.io\/tls --from-file=tls.crt=… --from-file=tls.key=…$/,
    );
    expect(lines).toHaveLength(2);

    await scratch.delete('Secret', 'identity', 'own');
    const chain = { ...own, certificate: own.certificate + authority.certificate };
    await scratch.create('Secret', 'identity', 'own', secretOf(chain));
    const [warning, ...made] = await scratch.run('identity', options);
    expect(warning).toMatch(/^warning: Secret idp\/own: it ends on /);
    expect(made).toContain('made ConfigMap gateway/keycloak-ca');
    expect(new X509Certificate(await scratch.authority()).ca).toBe(true);
  },
);

clusterTest('with cert-manager the authority is published once its Secret is there', async ({ scratch }) => {
  const options = { deployment: { tls: { mode: 'cert-manager', issuer: { name: 'ca' } } } } as const;
  expect((await scratch.run('identity', options)).filter((line) => line.includes('tls'))).toEqual([]);
  expect(await scratch.failure('gateway', options)).toMatch(
    /^Secret idp\/keycloak-tls, Keycloak's certificate, is absent/,
  );
  const authority = await makeAuthority(new Date());
  const leaf = await makeServerCertificate(authority, 'keycloak', ['keycloak.idp.svc'], new Date());
  await scratch.create('Secret', 'identity', SECRETS.keycloakTls, secretOf(leaf, authority.certificate));
  expect(await scratch.run('authority', options)).toEqual(['made ConfigMap gateway/keycloak-ca']);
  expect(await scratch.run('gateway', options)).toEqual([]);
  expect(await scratch.authority()).toBe(authority.certificate);
});
