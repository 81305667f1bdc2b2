import { expect, test } from 'vitest';
import { errorOf, MODEL, startTestBed } from './support/gateway.ts';

test('a model outside the lists is 403 model_not_allowed with a challenge, however its name is written', async () => {
  await using bed = await startTestBed({ ALLOWED_MODELS: 'llamacpp/test-*,small', DISALLOWED_MODELS: 'test-secret*' });
  const code = async (body: unknown, path = '/v1/chat/completions') => {
    const response = await bed.post(path, body);
    return response.ok ? 'ok' : (await errorOf(response)).code;
  };
  expect(await code({ model: MODEL })).toBe('ok');
  expect(await code({ model: 'llamacpp/small' })).toBe('ok');
  expect(await code({ model: 'llamacpp/other' })).toBe('model_not_allowed');
  expect(await code({ model: 'llamacpp/test-secret-1' })).toBe('model_not_allowed');
  expect(await code({ model: 'llamacpp/models/test-secret-1' })).toBe('model_not_allowed');
  expect(await code({ model: 'llamacpp/TEST-Secret-1' })).toBe('model_not_allowed');
  expect(await code('{"model":"llamacpp\\/test-\\u0073ecret"}')).toBe('model_not_allowed');
  expect(await code({ model: 'other' }, '/v1/chat/completions?provider=llamacpp')).toBe('model_not_allowed');
  expect(await code({}, '/v1/moderations?provider=llamacpp')).toBe('model_not_allowed');
  const refused = await bed.post('/v1/chat/completions', { model: 'llamacpp/other' });
  expect(refused.status).toBe(403);
  expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
});
