// What `helm test` runs in a pod of the gateway's image, with the gateway's ConfigMaps and none of its Secrets.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

const WAIT_MS = 60_000;
const ANSWER_MS = 10_000;
const say = (text) => process.stdout.write(`${text}\n`);
const { env } = process;

if (env.SSL_CERT_FILE) {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(env.SSL_CERT_FILE, 'utf8')]);
}

/** The status of an answer and its text; what went wrong, with status 0. */
async function ask(url, options = {}) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), ...options });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { status: 0, text: String(error.cause ?? error) };
  }
}

/** Asks until the status is the expected one, or fails with the last answer: a Service takes a moment to know its pods. */
async function expectStatus(expected, what, url, options) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const { status, text } = await ask(url, options);
    if (status === expected) return say(`${status} ${what}`);
    if (Date.now() > deadline) throw new Error(`${what}: ${status} instead of ${expected}: ${text}`);
    await delay(500);
  }
}

async function fetchToken() {
  const wellKnown = `${env.OIDC_ISSUER_URL?.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { text } = await ask(env.OIDC_DISCOVERY_URL || wellKnown);
  const { token_endpoint: url } = JSON.parse(text);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: env.TEST_OIDC_CLIENT_ID,
    client_secret: env.TEST_OIDC_CLIENT_SECRET,
  });
  const answer = await ask(url, { method: 'POST', body });
  if (answer.status !== 200) throw new Error(`the issuer gives no token: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text).access_token;
}

const open = /^(false|0|no|off)$/i.test(env.ENABLE_AUTH ?? '');
const models = `${env.TEST_URL}/v1/models`;
await expectStatus(200, 'ready', `${env.TEST_URL}/health/ready`);
await expectStatus(open ? 200 : 401, open ? 'without a token: authentication is off' : 'without a token', models);
if (env.TEST_OIDC_CLIENT_SECRET) {
  const headers = { authorization: `Bearer ${await fetchToken()}` };
  await expectStatus(200, 'with a token of the issuer', models, { headers });
}
