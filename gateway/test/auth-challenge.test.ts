import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBed, type TestBed } from './support/gateway.ts';
import { sendCredentials } from './support/send.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({ OIDC_REQUIRED_SCOPES: 'inference, "quoted"' });
});
afterAll(() => bed[Symbol.asyncDispose]());

/** The body of every refusal, whole: OpenAI's SDKs read it. */
const bodyOf = (type: string, code: string) => ({
  error: {
    message: expect.stringMatching(/^[\x20-\x7e…]{20,}$/),
    type,
    code,
    param: null,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  },
});

async function refusal(response: Response) {
  const body = (await response.json()) as { error: { request_id: string } };
  expect(response.headers.get('x-request-id')).toBe(body.error.request_id);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body };
}

test.each([
  ['no credentials', undefined],
  ['Basic credentials', 'Basic dXNlcjpwYXNz'],
  ['DPoP credentials', 'DPoP a.b.c'],
  ['a bare token', 'a.b.c'],
])('%s: a challenge without an error code', async (_name, authorization) => {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const { status, challenge, body } = await refusal(await fetch(`${bed.url}/v1/models`, { headers }));
  expect([status, challenge]).toEqual([401, 'Bearer realm="gatehouse"']);
  expect(body).toEqual(bodyOf('authentication_error', 'credentials_missing'));
});

test('a bad token: invalid_token, with the message of the body as its description', async () => {
  const { status, challenge, body } = await refusal(await sendCredentials(bed, 'Bearer nonsense'));
  expect(status).toBe(401);
  expect(body).toEqual(bodyOf('authentication_error', 'token_malformed'));
  expect(challenge).toBe(
    'Bearer realm="gatehouse", error="invalid_token", error_description="The Bearer credential is not a signed JWT ' +
      '(it has 1 part instead of 3); send the access token as the issuer gave it."',
  );
});

test('a token without the scopes: insufficient_scope, naming them', async () => {
  const { status, challenge, body } = await refusal(await sendCredentials(bed, `Bearer ${await bed.issuer.token()}`));
  expect(status).toBe(403);
  expect(body).toEqual(bodyOf('permission_error', 'insufficient_scope'));
  expect(challenge).toMatch(/^Bearer realm="gatehouse", error="insufficient_scope", error_description="[^"\\]+", /);
  expect(challenge).toMatch(/, scope="inference quoted"$/);
});

test('what a token says of itself cannot break out of the challenge', async () => {
  const iss = 'https://evil.test/"\\\r\nX-Injected: yes\u2028\u0000é", scope="all';
  const response = await sendCredentials(bed, `Bearer ${await bed.issuer.token({ iss })}`);
  const { challenge } = await refusal(response);
  expect(response.headers.get('x-injected')).toBeNull();
  expect(challenge?.match(/"/g)).toHaveLength(6);
  expect(challenge).toMatch(/^[\x20-\x7e]+$/);
});

test('a long claim is cut in the message', async () => {
  const iss = 'i'.repeat(9000);
  const { challenge, body } = await refusal(await sendCredentials(bed, `Bearer ${await bed.issuer.token({ iss })}`));
  expect(body).toEqual(bodyOf('authentication_error', 'issuer_mismatch'));
  expect(challenge?.length).toBeLessThan(1000);
});

test('all under /v1 and /proxy is behind authentication, unknown paths and methods too', async () => {
  for (const path of [
    '/v1',
    '/v1/',
    '/v1/unknown',
    '/v1/models',
    '/v1/models/a/b',
    '/v1/chat/completions',
    '/proxy/x/y',
  ]) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const { status, headers } = await fetch(bed.url + path, { method });
      expect([method, path, status, headers.get('www-authenticate')]).toEqual([
        method,
        path,
        401,
        'Bearer realm="gatehouse"',
      ]);
    }
  }
});
