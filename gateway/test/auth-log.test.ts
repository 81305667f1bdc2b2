import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { sendCredentials, sendToken } from './support/send.ts';
import { until } from './support/until.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({ OIDC_CLIENT_SECRET: 'client-secret-of-ours', LLAMACPP_API_KEY: 'provider-key-of-ours' });
});
afterAll(() => bed[Symbol.asyncDispose]());

const requestLines = () => bed.log.filter(({ msg }) => msg === 'request');

test('neither a token, nor a claim beyond sub and azp, nor a key or a prompt is ever logged', async () => {
  const personal = {
    email: 'ada@example.test',
    name: 'Ada L',
    jti: 'jti-of-hers',
    realm_access: { roles: ['role-x'] },
  };
  const good = await bed.issuer.token({ ...personal, sub: 'subject-1', azp: 'party-1' });
  const refused = await Promise.all(
    [
      { exp: 1 },
      { iss: 'https://elsewhere.test/secret-issuer' },
      { aud: 'secret-audience', azp: 'secret-party' },
      { typ: 'secret-type' },
      { nbf: 9e9 },
      { exp: 'secret-exp' as unknown as number },
    ].map((claims) => bed.issuer.token({ ...personal, ...claims })),
  );
  const broken = [
    `${good.slice(0, -4)}AAAA`,
    good.replaceAll('.', '-'),
    await bed.issuer.token(personal, { crit: ['secret-crit'], 'secret-crit': 'x' }).catch(() => 'e30.e30.secret-token'),
    await bed.issuer.token(personal, { kid: 'secret-kid' }),
  ];
  const before = requestLines().length;
  const prompt = 'the-prompt-of-hers';
  const body = { model: MODEL, messages: [{ role: 'user', content: prompt }] };
  await bed.post('/v1/chat/completions', body, { authorization: `Bearer ${good}`, cookie: 'cookie-of-hers' });
  for (const token of [...refused, ...broken]) await sendToken(bed, token);
  await sendCredentials(bed, 'Basic c2VjcmV0LWJhc2lj');
  await bed.request('/v1/models?access_token=secret-query&key=secret-key');
  await until(() => requestLines().length === before + refused.length + broken.length + 3);

  const log = JSON.stringify(bed.log);
  const pieces = [good, ...refused, ...broken].flatMap((token) => token.split('.')).filter((part) => part.length > 8);
  const secrets = ['client-secret-of-ours', 'provider-key-of-ours', prompt, 'cookie-of-hers', 'c2VjcmV0', 'secret-'];
  for (const secret of [...pieces, ...secrets, 'ada@', 'Ada L', 'jti-of-hers', 'role-x'])
    expect(log).not.toContain(secret);
  expect(log).toContain('subject-1');
  expect(log).toContain('party-1');
});

test('a subject with control characters stays within its line', async () => {
  const sub = 'a\r\n{"msg":"forged"}\u001b[31m\u2028';
  const before = requestLines().length;
  expect((await sendToken(bed, await bed.issuer.token({ sub }))).status).toBe(200);
  await until(() => requestLines().length === before + 1);
  expect(requestLines().at(-1)).toMatchObject({ sub, status: 200 });
  expect(bed.log.some(({ msg }) => msg === 'forged')).toBe(false);
});
