import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleGateway } from '../bundle.ts';
import { MODEL } from './support/gateway.ts';
import { CLIENT_ID, startIssuer } from './support/issuer.ts';
import { freePort } from './support/listen.ts';
import { runGateway } from './support/process.ts';
import { until } from './support/until.ts';
import { answerJson, startUpstream } from './support/upstream.ts';

/** A folder with the bundle alone, under no `node_modules`: what the image has. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bundle-'));
const bundle = join(folder, 'gateway.js');

beforeAll(() => bundleGateway(bundle));
afterAll(() => rmSync(folder, { recursive: true }));

test('the bundle is one file', () => {
  expect(readdirSync(folder)).toEqual(['gateway.js']);
});

test('the bundle admits by token, forwards, counts, and ends on SIGTERM', async () => {
  const issuer = await startIssuer();
  await using upstream = await startUpstream(answerJson({ object: 'chat.completion' }));
  const metricsPort = await freePort();
  await using gateway = runGateway(
    {
      NODE_ENV: 'production',
      OIDC_ISSUER_URL: issuer.url,
      OIDC_CLIENT_ID: CLIENT_ID,
      SERVER_PORT: '0',
      TELEMETRY_METRICS_PORT: metricsPort,
      LLAMACPP_API_URL: upstream.url,
    },
    [],
    bundle,
  );
  const url = await gateway.url();
  await until(async () => (await fetch(`${url}/health/ready`)).ok);
  const chat = (headers: Record<string, string>) =>
    fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ model: MODEL }) });

  expect((await chat({})).status).toBe(401);
  const answer = await chat({ authorization: `Bearer ${await issuer.token()}` });
  expect([answer.status, await answer.json()]).toEqual([200, { object: 'chat.completion' }]);
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(metrics).toContain('gatehouse_requests_total{route="chat",provider="llamacpp",status="200"} 1');
  expect(gateway.stderr()).toBe('');

  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
  expect(gateway.stdout()).toMatch(/"cut":0,"msg":"stopped"/);
  await issuer.close();
});

test('the bundle takes --help and --check', async () => {
  await using help = runGateway({}, ['--help'], bundle);
  await using check = runGateway({ ENABLE_AUTH: 'false' }, ['--check'], bundle);
  expect([await help.exit, await check.exit]).toEqual([0, 0]);
  expect(help.stdout()).toContain('OIDC_ISSUER_URL');
  expect(JSON.parse(check.stdout())).toMatchObject({ server: { port: 8080 } });
});
