import OpenAI, { AuthenticationError } from 'openai';
import { expect, test } from 'vitest';
import { fetchToken } from './fetch-token.ts';
import { runStack, until } from './testing/run-stack.ts';

test('an expired token is an AuthenticationError token_expired, also when it was good a moment ago', async () => {
  const stack = await runStack({ args: ['--token-lifespan', '2'], env: { OIDC_CLOCK_TOLERANCE: '0s' } });
  try {
    const { access_token: apiKey } = await fetchToken(stack.state, 'password');
    const client = new OpenAI({ baseURL: `${stack.state.gatewayUrl}/v1`, apiKey, maxRetries: 0 });
    expect((await client.models.list()).data.length).toBeGreaterThan(0);
    const claims = JSON.parse(Buffer.from(apiKey.split('.')[1] ?? '', 'base64url').toString());
    await until(() => Date.now() > claims.exp * 1000, 5000);
    const error: unknown = await client.models.list().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'token_expired' });
  } finally {
    await stack.stop();
  }
});
