import { writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import { expect, test } from 'vitest';
import { makeCertificates, writeFiles } from './support/certificates.ts';
import { errorOf, startTestBed } from './support/gateway.ts';
import { listenOnLoopback } from './support/listen.ts';
import { runGateway } from './support/process.ts';
import { until } from './support/until.ts';

async function tlsUpstream({ certificate, key }: { certificate: string; key: string }) {
  const server = createServer({ cert: certificate, key }, (_request, response) => response.end('{}'));
  const { port, close } = await listenOnLoopback(server);
  return { url: `https://127.0.0.1:${port}/v1`, close };
}

test('SSL_CERT_FILE is trusted beside the built-in authorities, and read again when it changes', {
  timeout: 30_000,
}, async () => {
  const [trusted, other] = await Promise.all([makeCertificates(), makeCertificates('Another authority')]);
  const upstream = await tlsUpstream(trusted);
  const { bundle } = writeFiles({ bundle: other.authority });
  await using bed = await startTestBed({ OLLAMA_API_URL: upstream.url, SSL_CERT_FILE: bundle });
  const chat = () => bed.post('/v1/chat/completions', { model: 'ollama/m' });
  const refused = await chat();
  expect([refused.status, (await errorOf(refused)).code]).toEqual([502, 'upstream_unreachable']);

  writeFileSync(bundle, 'no certificate');
  await until(() => bed.log.some((line) => line.msg.includes('cannot be used')), 15);
  writeFileSync(bundle, other.authority + trusted.authority);
  await until(async () => (await chat()).status === 200, 15);
  await upstream.close();
});

test('a bundle without a certificate stops the start; one that is no authority, or expired, is told', async () => {
  const { certificate } = await makeCertificates();
  const { bad, leaf } = writeFiles({ bad: 'hello', leaf: certificate });
  await using gateway = runGateway({ ENABLE_AUTH: 'false', SERVER_PORT: '0', SSL_CERT_FILE: bad });
  expect(await gateway.exit).toBe(1);
  expect(gateway.stdout()).toContain('holds no PEM certificate');
  await using bed = await startTestBed({ SSL_CERT_FILE: leaf });
  expect(bed.log.map(({ msg }) => msg).join()).toContain('certificates that are no authorities');
});

test('with a certificate of its own the gateway serves HTTPS, and takes up a renewed one', {
  timeout: 30_000,
}, async () => {
  const [first, second] = await Promise.all([makeCertificates('First'), makeCertificates('Second')]);
  const files = writeFiles({ cert: first.certificate, key: first.key });
  await using bed = await startTestBed(
    { SERVER_TLS_CERT_FILE: files.cert, SERVER_TLS_KEY_FILE: files.key },
    { ready: false },
  );
  const statusWith = (ca: string) =>
    new Promise<number | string>((resolve) => {
      get(`${bed.url}/health`, { ca, agent: false }, (response) => resolve(response.resume().statusCode ?? 0)).on(
        'error',
        (error: NodeJS.ErrnoException) => resolve(error.code ?? ''),
      );
    });
  expect(bed.url).toMatch(/^https:/);
  expect(await statusWith(first.authority)).toBe(200);
  expect(await statusWith(second.authority)).not.toBe(200);
  writeFileSync(files.key, second.key);
  writeFileSync(files.cert, second.certificate);
  await until(async () => (await statusWith(second.authority)) === 200, 15);
});
