import { request } from 'undici';
import { anyWay } from '../cluster/reach.ts';
import { TaskError } from '../cluster/task-error.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { CLIENT_ID } from '../names.ts';
import { publicHosts } from '../public-hosts.ts';
import { clusterTask } from './task.ts';

type Json = Readonly<Record<string, unknown>>;

const ANSWER_MS = 10_000;

function part(token: string, index: number): Json {
  try {
    return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Json;
  } catch {
    throw new TaskError(
      'That is not a JWT: it should be three parts of base64url with dots between them, as the issuer gave it.',
    );
  }
}

/** One line for each check that the claims alone can answer. The signature is the gateway's to judge. */
function checks(header: Json, claims: Json, config: DeploymentConfig): [string, boolean, string][] {
  const issuer = config.gateway.config.auth?.issuer;
  const audience = [claims['aud']].flat();
  const expected = config.gateway.config.auth?.audience ?? CLIENT_ID;
  const seconds = Math.round(Number(claims['exp']) - Date.now() / 1000);
  const tolerance = (config.gateway.config.auth?.clockTolerance ?? 0) / 1000;
  const kind = claims['typ'] ?? header['typ'];
  return [
    ['issuer (iss)', claims['iss'] === issuer, `expected ${issuer}, got ${claims['iss']}`],
    ['audience (aud)', audience.includes(expected), `expected ${expected}, got ${audience.join(', ') || 'none'}`],
    ['kind (typ)', !['ID', 'Refresh', 'Logout'].includes(String(kind)), `expected an access token, got ${kind}`],
    ['expiry (exp)', seconds > -tolerance, expiryOf(seconds, tolerance)],
    ['algorithm (alg)', !/^(none|HS\d+)$/i.test(String(header['alg'])), `got ${header['alg']}`],
  ];
}

const expiryOf = (seconds: number, tolerance: number): string =>
  seconds > 0
    ? `${seconds} s left`
    : `expired ${-seconds} s ago by this machine's clock${-seconds < tolerance ? `, within the tolerance of ${tolerance} s` : ''}`;

/** Says why the gateway accepts or refuses the token in `TOKEN`: each check, and then the gateway's own answer. */
await clusterTask(async ({ cluster, config, environment, print }) => {
  const token = environment['TOKEN']?.trim();
  if (!token) throw new TaskError('Say which token: TOKEN=$(task fetch-access-token) task explain-token');
  for (const [name, good, text] of checks(part(token, 0), part(token, 1), config)) {
    print(`${good ? 'good' : 'BAD '}  ${name.padEnd(16)} ${text}`);
  }
  const way = await anyWay(cluster, config, publicHosts(config).api);
  const { statusCode, body } = await request(`${way.origin}/v1/models`, {
    dispatcher: way.dispatcher,
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = await body.text();
  await way.close();
  const message =
    statusCode === 200 ? 'it accepts the token' : (JSON.parse(text) as { error: { message: string } }).error.message;
  print(`the gateway answers ${statusCode}: ${message}`);
});
