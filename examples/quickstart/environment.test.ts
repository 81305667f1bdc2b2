import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseGatewayConfig } from '../../gateway/config.ts';
import { gatewayEnvironment, plainEnvironment } from './environment.ts';

const directory = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const wiring = {
  gatewayPort: 8081,
  metricsPort: 9465,
  issuer: 'http://127.0.0.1:8180/realms/inference-gateway-realm',
  modelServerUrl: 'http://127.0.0.1:8091',
  clientId: 'inference-gateway-client',
  clientSecret: 'secret',
  stateDirectory: directory,
};

test('the gateway accepts it: authentication on, on loopback, with the demo provider', () => {
  const { config, warnings } = configOf(gatewayEnvironment({}, wiring));
  expect(config.auth).toMatchObject({ issuer: wiring.issuer, clientId: wiring.clientId });
  expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8081 });
  expect(config.metricsPort).toBe(9465);
  expect(config.logLevel).toBe('warn');
  expect(config.providers).toMatchObject([{ id: 'demo', url: 'http://127.0.0.1:8091/v1' }]);
  expect(warnings).toEqual([]);
});

test("the user's own authentication and address are left out, in any spelling; providers, limits and log level stay", () => {
  const user = {
    ENABLE_AUTH: 'false',
    AUTH_ENABLE: 'false',
    OIDC_ISSUER_URL: 'https://elsewhere.example',
    OIDC_CLIENT_SECRET_FILE: '/somewhere',
    SERVER_HOST: '0.0.0.0',
    SERVER_TLS_CERT_FILE: '/tls.crt',
    OPENAI_API_KEY: 'sk-test',
    OIDC_CLOCK_TOLERANCE: '1s',
    LOG_LEVEL: 'debug',
  };
  const { config } = configOf(gatewayEnvironment(user, wiring));
  expect(config.auth).toMatchObject({ issuer: wiring.issuer, clientSecret: 'secret', clockTolerance: 1000 });
  expect(config.server.host).toBe('127.0.0.1');
  expect(config.server.tls).toBeUndefined();
  expect(config.providers.map(({ id }) => id).sort()).toEqual(['demo', 'openai']);
  expect(config.logLevel).toBe('debug');
});

test("the user's PROVIDERS_FILE joins the demo provider", () => {
  const own = join(directory, 'own.yaml');
  writeFileSync(own, 'providers:\n  - id: mine\n    url: http://127.0.0.1:1/v1\n    key: none\n');
  const env = gatewayEnvironment({ PROVIDERS_FILE: own }, wiring);
  const merged = parse(readFileSync(env['PROVIDERS_FILE'] ?? '', 'utf8'));
  expect(merged.providers.map((row: { id: string }) => row.id)).toEqual(['demo', 'mine']);
});

test("the other parts get none of the user's secrets", () => {
  const env = plainEnvironment({ PATH: '/bin', OPENAI_API_KEY: 'sk-test', HTTPS_PROXY: 'http://proxy' }, { A: 'b' });
  expect(env).toMatchObject({ PATH: '/bin', HTTPS_PROXY: 'http://proxy', A: 'b' });
  expect(env).not.toHaveProperty('OPENAI_API_KEY');
});

function configOf(env: Readonly<Record<string, string | undefined>>) {
  return parseGatewayConfig(env, (path) => readFileSync(path, 'utf8'));
}
