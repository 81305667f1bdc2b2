import { expect } from 'vitest';
import { POSTGRES_CLAIM, SECRETS } from '../names.ts';
import { clusterTest } from './testing/scratch.ts';

const WITH_PROVIDERS = { deployment: { gateway: { providers: { openai: {}, groq: {} } } } };
const EXTERNAL = { deployment: { database: { mode: 'external', host: 'postgres.example.com' } } } as const;
const EXISTING = { deployment: { ...WITH_PROVIDERS.deployment, secrets: { mode: 'existing' } } } as const;

clusterTest('keys that a Secret lacks are added, and those it has stay', async ({ scratch }) => {
  await scratch.create('Secret', 'identity', SECRETS.realm, { stringData: { OIDC_CLIENT_SECRET: 'chosen-by-hand' } });
  await scratch.create('Secret', 'identity', SECRETS.admin, {
    stringData: { username: 'root', password: '', note: 'mine' },
  });
  const lines = await scratch.run('identity');
  expect(lines).toContain('added DEMO_USER_PASSWORD to Secret idp/keycloak-realm');
  expect(lines).toContain('added password to Secret idp/keycloak-initial-admin');
  const password = expect.stringMatching(/^[A-Za-z0-9]{32}$/);
  const realm = await scratch.texts('identity', SECRETS.realm);
  expect(realm).toEqual({ OIDC_CLIENT_SECRET: 'chosen-by-hand', DEMO_USER_PASSWORD: password });
  expect(await scratch.texts('identity', SECRETS.admin)).toEqual({ username: 'root', password, note: 'mine' });
});

clusterTest("a client secret that only the gateway has becomes Keycloak's", async ({ scratch }) => {
  await scratch.create('Secret', 'gateway', SECRETS.gateway, { stringData: { OIDC_CLIENT_SECRET: 'chosen-by-hand' } });
  await scratch.run('identity');
  expect((await scratch.texts('identity', SECRETS.realm))['OIDC_CLIENT_SECRET']).toBe('chosen-by-hand');
});

clusterTest(
  'two client secrets that differ stop both runs, with the way out and without the values',
  async ({ scratch }) => {
    await scratch.create('Secret', 'gateway', SECRETS.gateway, { stringData: { OIDC_CLIENT_SECRET: 'first-value' } });
    await scratch.create('Secret', 'identity', SECRETS.realm, { stringData: { OIDC_CLIENT_SECRET: 'second-value' } });
    for (const part of ['identity', 'gateway'] as const) {
      const message = await scratch.failure(part);
      expect(message).toMatch(
        /^OIDC_CLIENT_SECRET of Secret idp\/keycloak-realm and of Secret gateway\/inference-gateway differ\./,
      );
      expect(message).toContain('Keycloak uses the first');
      expect(message).toContain('kubectl -n gateway patch secret inference-gateway --type merge -p');
      expect(message).not.toMatch(/first-value|second-value/);
    }
  },
);

clusterTest('a database volume without its password stops the run before anything is made', async ({ scratch }) => {
  await scratch.create('PersistentVolumeClaim', 'identity', POSTGRES_CLAIM, {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, storageClassName: 'none' },
  });
  const message = await scratch.failure('identity');
  expect(message).toMatch(
    /^PersistentVolumeClaim idp\/data-postgres-0 holds a database whose password was in Secret idp\/keycloak-db/,
  );
  expect(message).toContain('kubectl -n idp delete pvc data-postgres-0');
  expect(await scratch.versions()).toEqual({});

  await scratch.create('Secret', 'identity', SECRETS.database, {
    stringData: { username: 'keycloak', password: 'old' },
  });
  const lines = await scratch.run('identity');
  expect(lines.find((line) => line.startsWith('warning'))).toContain(
    'Keycloak keeps the administrator of its first start',
  );
  expect(await scratch.texts('identity', SECRETS.database)).toEqual({ username: 'keycloak', password: 'old' });
});

clusterTest('provider keys come from the environment once, and all that are missing are named', async ({ scratch }) => {
  const message = await scratch.failure('gateway', WITH_PROVIDERS);
  expect(message).toBe(
    'Secret gateway/inference-gateway lacks GROQ_API_KEY, OPENAI_API_KEY, which cannot be generated. ' +
      'Export GROQ_API_KEY, OPENAI_API_KEY for the task, or put the values there yourself: ' +
      'kubectl -n gateway create secret generic inference-gateway --from-literal=GROQ_API_KEY=… --from-literal=OPENAI_API_KEY=…',
  );
  expect(await scratch.versions()).toEqual({});

  await scratch.create('Secret', 'gateway', SECRETS.gateway, { stringData: { GROQ_API_KEY: 'gsk-by-hand' } });
  expect(await scratch.failure('gateway', WITH_PROVIDERS)).toContain(
    `lacks OPENAI_API_KEY, which cannot be generated. Export OPENAI_API_KEY for the task, or put the values there yourself: kubectl -n gateway patch secret inference-gateway --type merge -p '{"stringData":{"OPENAI_API_KEY":"…"}}'`,
  );
  const environment = { OPENAI_API_KEY: 'sk-exported', GROQ_API_KEY: 'gsk-exported' };
  expect(await scratch.run('gateway', { ...WITH_PROVIDERS, environment })).toContain(
    'added OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OPENAI_API_KEY to Secret gateway/inference-gateway',
  );
  const stored = { OPENAI_API_KEY: 'sk-exported', GROQ_API_KEY: 'gsk-by-hand' };
  expect(await scratch.texts('gateway', SECRETS.gateway)).toMatchObject(stored);
});

clusterTest('the credentials of an external database come from the environment', async ({ scratch }) => {
  expect(await scratch.failure('identity', EXTERNAL)).toMatch(
    /lacks username, password, which cannot be generated. Export KEYCLOAK_DB_USERNAME, KEYCLOAK_DB_PASSWORD for the task, .* --type=kubernetes.io\/basic-auth --from-literal=username=/,
  );
  const environment = { KEYCLOAK_DB_USERNAME: 'kc', KEYCLOAK_DB_PASSWORD: 'given' };
  await scratch.run('identity', { ...EXTERNAL, environment });
  expect(await scratch.texts('identity', SECRETS.database)).toEqual({ username: 'kc', password: 'given' });
  expect(await scratch.run('identity', EXTERNAL)).toEqual([]);
});

clusterTest('mode existing makes no Secret, and says all that is missing at once', async ({ scratch }) => {
  await scratch.create('Secret', 'identity', SECRETS.realm, { stringData: { OIDC_CLIENT_SECRET: 'mine' } });
  const lines = (await scratch.failure('identity', EXISTING)).split('\n');
  expect(lines[0]).toMatch(/^The deployment test takes Secrets that are there already/);
  expect(lines.slice(1)).toEqual([
    '  Secret idp/keycloak-initial-admin is absent: kubectl -n idp create secret generic keycloak-initial-admin --from-literal=username=… --from-literal=password=…',
    '  Secret idp/keycloak-db is absent: kubectl -n idp create secret generic keycloak-db --type=kubernetes.io/basic-auth --from-literal=username=… --from-literal=password=…',
    `  Secret idp/keycloak-realm lacks DEMO_USER_PASSWORD: kubectl -n idp patch secret keycloak-realm --type merge -p '{"stringData":{"DEMO_USER_PASSWORD":"…"}}'`,
  ]);
  const keys = { OIDC_CLIENT_ID: 'c', OIDC_CLIENT_SECRET: 'other', OPENAI_API_KEY: 'sk' };
  await scratch.create('Secret', 'gateway', SECRETS.gateway, { stringData: keys });
  const message = await scratch.failure('gateway', EXISTING);
  expect(message).toContain('\n  Secret gateway/inference-gateway lacks GROQ_API_KEY: kubectl');
  expect(message).toContain(
    '\n  OIDC_CLIENT_SECRET of Secret idp/keycloak-realm and of Secret gateway/inference-gateway differ.',
  );
});

clusterTest('what the cluster refuses is told in its words', async ({ scratch }) => {
  const rest = { immutable: true, stringData: { OIDC_CLIENT_SECRET: 'kept-from-eyes' } };
  await scratch.create('Secret', 'identity', SECRETS.realm, rest);
  const message = await scratch.failure('identity');
  expect(message).toMatch(/^The cluster does not take Secret idp\/keycloak-realm: .*immutable/);
  expect(message).not.toContain('kept-from-eyes');
});
