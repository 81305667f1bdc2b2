import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startTestBed, type TestBed } from './support/gateway.ts';
import { startIssuer } from './support/issuer.ts';
import { listenOnLoopback } from './support/listen.ts';
import { sendToken } from './support/send.ts';

let bed: TestBed;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await bed[Symbol.asyncDispose]();
  for (const close of closers.splice(0)) await close();
});

/** Another address inside the cluster, and the paths that were asked for there. */
async function startInside(documents: Record<string, unknown>) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end(JSON.stringify(documents[url]));
  });
  const { url, close } = await listenOnLoopback(server);
  closers.push(close);
  return { url, asked };
}

test('OIDC_JWKS_URL: keys come from there, discovery is left out, and iss stays the issuer', async () => {
  const issuer = await startIssuer();
  const inside = await startInside({ '/keys': { keys: [issuer.publicJwk] } });
  issuer.answerDiscovery = (response) => response.destroy();
  bed = await startTestBed({ OIDC_JWKS_URL: `${inside.url}/keys` }, { issuer });
  expect((await sendToken(bed, await issuer.token())).status).toBe(200);
  expect((await sendToken(bed, await issuer.token({ iss: inside.url }))).status).toBe(401);
  expect(inside.asked).toEqual(['/keys']);
  expect(issuer.fetches).toBe(0);
});

test('OIDC_DISCOVERY_URL: the document comes from there, and says where the keys are', async () => {
  const issuer = await startIssuer();
  const documents: Record<string, unknown> = { '/certs': { keys: [issuer.publicJwk] } };
  const inside = await startInside(documents);
  documents['/d'] = { issuer: issuer.url, jwks_uri: `${inside.url}/certs` };
  bed = await startTestBed({ OIDC_DISCOVERY_URL: `${inside.url}/d` }, { issuer });
  expect((await sendToken(bed, await issuer.token())).status).toBe(200);
  expect(inside.asked).toEqual(['/d', '/certs']);
  expect(issuer.fetches).toBe(0);
});
