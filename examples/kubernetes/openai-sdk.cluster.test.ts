import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { AuthenticationError } from 'openai';
import { expect } from 'vitest';
import { run } from '../../infra/testing/run.ts';
import { collect } from '../model-server/collect.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';

const model = 'demo/demo-chat';
const messages = [{ role: 'user' as const, content: 'Hello!' }];

/** The SDK as it is, at the public address. */
const sdk = ({ api }: Installation, apiKey: string) =>
  new OpenAI({ baseURL: `${api.origin}/v1`, apiKey, maxRetries: 0, fetch: api.fetch });

clusterTest('the SDK gets models, answers, streams and embeddings', async ({ installation }) => {
  const client = sdk(installation, await installation.token('password'));
  expect((await client.models.list()).data.map(({ id }) => id)).toContain(model);
  const whole = (await client.chat.completions.create({ model, messages })).choices[0]?.message.content;
  expect(whole).toMatch(/^You said: "Hello!"/);
  const chunks = await collect(await client.chat.completions.create({ model, messages, stream: true }));
  expect(chunks.length).toBeGreaterThan(10);
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(whole);
  const { data } = await client.embeddings.create({ model: 'demo/demo-embed', input: 'a text' });
  expect(data[0]?.embedding).toHaveLength(64);
});

clusterTest('a stream comes in pieces, and not at its end', async ({ installation }) => {
  const client = sdk(installation, await installation.token());
  const times: number[] = [];
  for await (const _ of await client.chat.completions.create({ model, messages, stream: true })) {
    times.push(performance.now());
  }
  // The demo model waits 20 ms before each word. Gathered on the way they would all come at once.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(200);
});

clusterTest('a bad token is the error that the SDK knows', async ({ installation }) => {
  const refused = await sdk(installation, 'no.token.atall')
    .models.list()
    .catch((reason: unknown) => reason);
  expect(refused).toBeInstanceOf(AuthenticationError);
  expect(refused).toMatchObject({ status: 401 });
});

clusterTest(
  'the program of the clients prints an answer, with the authority of the cluster only',
  async ({ installation: { api, token } }) => {
    const directory = mkdtempSync(join(tmpdir(), 'gatehouse-sdk-'));
    const authority = join(directory, 'ca.crt');
    writeFileSync(authority, api.authority);
    const program = ['--import', './examples/kubernetes/testing/hosts.ts', 'examples/kubernetes/clients/chat.ts'];
    const env = {
      HOSTS: `${api.address} ${api.host}`,
      OPENAI_BASE_URL: `${api.origin}/v1`,
      OPENAI_API_KEY: await token(),
      NODE_EXTRA_CA_CERTS: authority,
    };
    try {
      const { code, stdout } = await run(process.execPath, [...program, 'Hello!'], { env });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^You said: "Hello!" .*\n$/);
      const other = await run(process.execPath, program, { env: { ...env, NODE_EXTRA_CA_CERTS: undefined } });
      expect(other.code).toBe(1);
      expect(other.stderr).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
