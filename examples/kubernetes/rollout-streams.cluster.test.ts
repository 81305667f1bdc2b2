import { request } from 'undici';
import { expect, onTestFinished } from 'vitest';
import { GATEWAY, GATEWAY_NAMESPACE } from '../../infra/names.ts';
import { kubectl, list, podNow, rolledOut } from '../../infra/testing/kubectl.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';
import { steadily } from './testing/steady.ts';

const STREAMS = 20;
/** Between two words of the demo model. The longest answer has some 220 of them. */
const CHUNK_DELAY_MS = 120;
const LEAST_SECONDS = 20;
const DEMO = ['--namespace', 'demo-model'];

/** As many words as the demo model repeats, others for each stream. */
const questionOf = (stream: number) => Array.from({ length: 200 }, (_, word) => (stream + word) % 10).join(' ');

const bodyOf = (stream: number, more: object) =>
  JSON.stringify({ model: 'demo/demo-chat', messages: [{ role: 'user', content: questionOf(stream) }], ...more });

const ask = ({ api }: Installation, token: string, body: string) =>
  request(`${api.origin}/v1/chat/completions`, {
    method: 'POST',
    dispatcher: api.dispatcher,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });

const names = async (namespace: string) =>
  (await list(['pods', '--namespace', namespace])).map(({ metadata }) => metadata?.name);

/** Makes the demo model slow until the test ends. */
async function slowModel(): Promise<void> {
  onTestFinished(async () => {
    await kubectl(['apply', '--kustomize', 'examples/kubernetes']);
    await rolledOut('demo-model', 'deployment/demo-model');
  });
  const add = (value: string) => ({ op: 'add', path: '/spec/template/spec/containers/0/args/-', value });
  const patch = JSON.stringify([add('--chunk-delay'), add(String(CHUNK_DELAY_MS))]);
  await kubectl([...DEMO, 'patch', 'deployment', 'demo-model', '--type', 'json', '--patch', patch]);
  await rolledOut('demo-model', 'deployment/demo-model');
  // The pod before goes on answering over connections that are open, at its own speed, until it is gone.
  await expect.poll(() => names('demo-model'), { timeout: 30_000, interval: 500 }).toHaveLength(1);
}

interface Stream {
  /** The first bytes are there. */
  readonly began: Promise<void>;
  /** How it ended. */
  readonly ended: Promise<{ status: number; text: string; done: boolean; seconds: number }>;
}

/** One long answer, read to its end. */
function openStream(installation: Installation, token: string, stream: number): Stream {
  const start = performance.now();
  const { promise: began, resolve: begin, reject } = Promise.withResolvers<void>();
  const ended = (async () => {
    const { statusCode, body } = await ask(installation, token, bodyOf(stream, { stream: true }));
    let raw = '';
    for await (const piece of body.setEncoding('utf8')) {
      raw += piece;
      begin();
    }
    const events = raw
      .split('\n\n')
      .filter((event) => event.startsWith('data: '))
      .map((event) => event.slice(6));
    const chunks = events.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data));
    return {
      status: statusCode,
      text: chunks.map(({ choices }) => choices?.[0]?.delta.content ?? '').join(''),
      done: events.at(-1) === '[DONE]',
      seconds: (performance.now() - start) / 1000,
    };
  })();
  ended.catch(reject);
  began.catch(() => {}); // whoever waits for the end hears of it
  return { began, ended };
}

/** The text of an answer in one piece, or what came instead. */
async function wholeAnswer(installation: Installation, token: string, stream: number): Promise<string> {
  const { statusCode, body } = await ask(installation, token, bodyOf(stream, {}));
  if (statusCode !== 200) return `status ${statusCode}: ${await body.text()}`;
  const answer = (await body.json()) as { choices: { message: { content: string } }[] };
  return answer.choices[0]?.message.content ?? '';
}

clusterTest('a rollout of the gateway cuts no stream and refuses no request', async ({ installation }) => {
  await slowModel();
  const token = await installation.token();
  const old = await podNow(GATEWAY_NAMESPACE, GATEWAY);
  // The demo model is another pod by now, and nodes learn of it one after the other.
  await expect
    .poll(() => wholeAnswer(installation, token, 0), { timeout: 30_000, interval: 500 })
    .toContain('You said');
  const numbers = Array.from({ length: STREAMS }, (_, index) => index);
  const texts = await Promise.all(numbers.map((number) => wholeAnswer(installation, token, number)));
  for (const text of texts) expect(text).toContain('You said');
  const steady = steadily(async () => (await installation.api.get('/v1/models', token)).status, 4);
  const streams = numbers.map((number) => openStream(installation, token, number));
  await Promise.all(streams.map(({ began }) => began));

  await kubectl(['rollout', 'restart', `deployment/${GATEWAY}`, '--namespace', GATEWAY_NAMESPACE]);
  await rolledOut(GATEWAY_NAMESPACE, `deployment/${GATEWAY}`);
  // The old pod is still there, for its streams.
  expect(await names(GATEWAY_NAMESPACE)).toContain(old.name);
  for (const [number, { ended }] of streams.entries()) {
    expect(await ended).toEqual({ status: 200, text: texts[number], done: true, seconds: expect.any(Number) });
    expect((await ended).seconds).toBeGreaterThan(LEAST_SECONDS);
  }
  // And goes when they have ended, long before its grace period is over.
  await expect.poll(() => names(GATEWAY_NAMESPACE), { timeout: 30_000, interval: 500 }).not.toContain(old.name);
  const answers = await steady.stop();
  expect(answers.filter((answer) => answer !== 200)).toEqual([]);
  expect(answers.length).toBeGreaterThan(100);
});
