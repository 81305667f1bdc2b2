import { expect, test } from 'vitest';
import { fetchToken } from './fetch-token.ts';
import { pythonWithOpenai } from './testing/python.ts';
import { runProgram, runStack } from './testing/run-stack.ts';

const SCRIPT = 'examples/quickstart/testing/openai-client.py';

test('the OpenAI SDK for Python gets models, answers, streams, embeddings and errors', async (context) => {
  const found = await pythonWithOpenai(process.env);
  if ('missing' in found) {
    if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(found.missing);
    return context.skip(found.missing);
  }
  const stack = await runStack();
  try {
    const { access_token: token } = await fetchToken(stack.state, 'password');
    const env = { ...process.env, GATEWAY_URL: stack.state.gatewayUrl, TOKEN: token };
    const { stdout, stderr } = await runProgram(found.python, [SCRIPT], env);
    expect(stderr).toBe('');
    const { chunks, models, ...seen } = JSON.parse(stdout);
    const answer = expect.stringMatching(/^You said: "Hello!"/);
    expect(models).toContain('demo/demo-chat');
    expect(chunks).toBeGreaterThan(10);
    expect(seen).toEqual({
      answer,
      streamed: seen.answer,
      dimensions: 64,
      garbage: ['AuthenticationError', 401, 'token_malformed'],
      'unknown model': ['NotFoundError', 404, 'model_not_found'],
      'no messages': ['BadRequestError', 400, 'invalid_messages'],
    });
  } finally {
    await stack.stop();
  }
});
