import type { V1Secret } from '@kubernetes/client-node';
import { request } from 'undici';
import type { DeploymentConfig } from '../deployment.ts';
import { CLIENT_ID, DEMO_USER, IDENTITY_NAMESPACE, REALM } from '../names.ts';
import { publicHosts } from '../public-hosts.ts';
import { type Cluster, reasonOf } from './connect.ts';
import { read } from './objects.ts';
import { anyWay, type Way } from './reach.ts';
import { TaskError } from './task-error.ts';

export const GRANTS = ['password', 'client_credentials'] as const;
/** Who the token is for: the demo user, or the client itself (RFC 6749 §4.3, §4.4). */
export type Grant = (typeof GRANTS)[number];

const ANSWER_MS = 15_000;

/** The value of a key of a Secret. Throws a TaskError when it is not there. */
export async function secretValue(cluster: Cluster, namespace: string, name: string, key: string): Promise<string> {
  const secret = await read<V1Secret>(cluster, { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  const value = secret?.data?.[key];
  if (value !== undefined) return Buffer.from(value, 'base64').toString();
  throw new TaskError(
    `The Secret ${namespace}/${name} has no ${key}. \`task deploy-infrastructure\` makes it, unless it is yours to make.`,
  );
}

/**
 * Fetches an access token of the realm: through the public address, or by a forwarded port where there is none. TLS is
 * verified with the authority of the cluster either way.
 *
 * @throws TaskError when Keycloak cannot be reached or refuses, with its own reason
 */
export async function fetchToken(cluster: Cluster, config: DeploymentConfig, grant: Grant): Promise<string> {
  if (grant === 'password' && !config.keycloak.demoUser) {
    throw new TaskError(
      `The deployment ${config.name} has no demo user. GRANT=client_credentials fetches a token of the client itself.`,
    );
  }
  const secret = (key: string) => secretValue(cluster, IDENTITY_NAMESPACE, config.secretNames.realm, key);
  const form = new URLSearchParams({
    grant_type: grant,
    client_id: CLIENT_ID,
    client_secret: await secret('OIDC_CLIENT_SECRET'),
    ...(grant === 'password' && { username: DEMO_USER, password: await secret('DEMO_USER_PASSWORD') }),
  });
  const way = await anyWay(cluster, config, publicHosts(config).keycloak);
  try {
    return await askFor(way, form);
  } finally {
    await way.close();
  }
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly error?: string;
  readonly error_description?: string;
}

async function askFor(way: Way, form: URLSearchParams): Promise<string> {
  const url = `${way.origin}/realms/${REALM}/protocol/openid-connect/token`;
  const answer = await request(url, {
    method: 'POST',
    dispatcher: way.dispatcher,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: unknown) => {
    throw new TaskError(`Keycloak does not answer at ${url} (through ${way.through}): ${reasonOf(error)}`);
  });
  const text = await answer.body.text();
  const body = parse(text);
  if (answer.statusCode === 200 && body.access_token) return body.access_token;
  const { error = `status ${answer.statusCode}`, error_description: description = '' } = body;
  throw new TaskError(`Keycloak gives no token: ${error}${description && ` (${description})`}.${adviceFor(error)}`);
}

function parse(text: string): TokenAnswer {
  try {
    return JSON.parse(text) as TokenAnswer;
  } catch {
    return {};
  }
}

function adviceFor(error: string): string {
  if (/invalid_client|unauthorized_client/.test(error)) {
    return ' Its client differs from the Secret keycloak-realm; `task deploy-infrastructure` brings it up to it.';
  }
  if (error === 'invalid_grant') {
    return " The demo user's password differs from the Secret keycloak-realm, or the user is locked for a while; `task deploy-infrastructure` mends the first.";
  }
  return '';
}
