import { expect, test } from 'vitest';
import { ModelsList } from './models-list.ts';

/** A provider whose answers and a clock whose time the test decides. */
function setUp() {
  let now = 0;
  const provider = { answer: (): unknown => ({ data: [{ id: 'one' }] }), asked: 0 };
  const failures: string[] = [];
  const source = {
    id: 'p',
    async list() {
      provider.asked += 1;
      return provider.answer();
    },
  };
  const models = new ModelsList(
    [source],
    (id, error) => failures.push(`${id}: ${error.message}`),
    () => now,
  );
  const ids = async () => (await models.all()).map(({ id }) => id);
  const down = () => {
    throw new Error('down');
  };
  return { provider, failures, ids, down, pass: (milliseconds: number) => (now += milliseconds) };
}

test('an aged list is served at once while a new one is fetched', async () => {
  const { provider, ids, pass } = setUp();
  expect(await ids()).toEqual(['p/one']);
  provider.answer = () => ({ data: [{ id: 'two' }] });
  pass(61_000);
  expect(await ids()).toEqual(['p/one']);
  expect(await ids()).toEqual(['p/two']);
  expect(provider.asked).toBe(2);
});

test('a provider that goes down keeps its last list, is told of, and is not asked at every request', async () => {
  const { provider, failures, ids, down, pass } = setUp();
  await ids();
  provider.answer = down;
  pass(61_000);
  for (let i = 0; i < 5; i++) expect(await ids()).toEqual(['p/one']);
  expect(provider.asked).toBe(2);
  expect(failures).toEqual(['p: down']);
});

test.each([
  ["Cohere's", { models: [{ name: 'command-r' }] }, ['p/command-r']],
  ["Cloudflare's", { result: [{ id: 'uuid', name: '@cf/meta/llama' }] }, ['p/@cf/meta/llama']],
  ["Google's", { data: [{ id: 'models/gemini-2' }] }, ['p/gemini-2']],
  ['entries without a name', { data: [{}, { id: 'a' }] }, ['p/a']],
])('%s list is read', async (_whose, document, expected) => {
  const { provider, ids } = setUp();
  provider.answer = () => document;
  expect(await ids()).toEqual(expected);
});

test('what is no list is a failure, not an empty list', async () => {
  const { provider, failures, ids } = setUp();
  provider.answer = () => ({ hello: 'world' });
  await expect(ids()).rejects.toMatchObject({ code: 'upstream_unreachable' });
  expect(failures).toEqual(['p: its answer is not a list of models']);
});
