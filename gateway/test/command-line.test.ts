import { expect, test } from 'vitest';
import { runGateway } from './support/process.ts';

test('--help lists every variable and exits 0', async () => {
  await using gateway = runGateway({}, ['--help']);
  expect(await gateway.exit).toBe(0);
  for (const name of ['OIDC_ISSUER_URL', 'SERVER_PORT [8080]', '<PROVIDER>_API_KEY'])
    expect(gateway.stdout()).toContain(name);
});

test('--check prints the configuration with its secrets hidden', async () => {
  const secrets = { OIDC_CLIENT_SECRET: 'very-secret', OPENAI_API_KEY: 'sk-also-secret' };
  await using gateway = runGateway({ OIDC_ISSUER_URL: 'https://issuer.example', OIDC_CLIENT_ID: 'c', ...secrets }, [
    '--check',
  ]);
  expect(await gateway.exit).toBe(0);
  const shown = JSON.parse(gateway.stdout());
  expect(shown).toMatchObject({
    auth: { issuer: 'https://issuer.example', clientSecret: '(hidden)' },
    server: { port: 8080 },
  });
  for (const secret of Object.values(secrets)) expect(gateway.stdout() + gateway.stderr()).not.toContain(secret);
});

test('a configuration that cannot be used is told whole, and exits 78', async () => {
  await using gateway = runGateway({ OIDC_ISUER_URL: 'https://x', SERVER_PORT: '99999', OPENAI_API_KEY: 'k' });
  expect(await gateway.exit).toBe(78);
  for (const name of ['OIDC_ISUER_URL', 'OIDC_ISSUER_URL', 'OIDC_CLIENT_ID', 'SERVER_PORT']) {
    expect(gateway.stderr()).toContain(name);
  }
});

test('an unknown option is told, with the usage', async () => {
  await using gateway = runGateway({}, ['--chek']);
  expect(await gateway.exit).toBe(64);
  expect(gateway.stderr()).toContain('--check');
});

test('without authentication the log warns at start, and names a host that others can reach', async () => {
  await using gateway = runGateway({
    ENABLE_AUTH: 'false',
    SERVER_HOST: '0.0.0.0',
    SERVER_PORT: '0',
    TELEMETRY_METRICS_PORT: '0',
  });
  await gateway.url();
  expect(gateway.stdout()).toMatch(/ENABLE_AUTH=false.*0\.0\.0\.0/);
});

test('a port that is taken is told, and exits 1', async () => {
  await using first = runGateway({ ENABLE_AUTH: 'false', SERVER_PORT: '0', TELEMETRY_METRICS_PORT: '0' });
  const { port } = new URL(await first.url());
  await using second = runGateway({ ENABLE_AUTH: 'false', SERVER_PORT: port, TELEMETRY_METRICS_PORT: '0' });
  expect(await second.exit).toBe(1);
  expect(second.stdout()).toContain('EADDRINUSE');
});
