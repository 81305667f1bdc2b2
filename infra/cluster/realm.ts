import { request } from 'undici';
import { realmOf } from '../constructs/realm.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { DEMO_EMAIL, DEMO_USER, IDENTITY_NAMESPACE, issuerAt, KEYCLOAK, PORTS, REALM, selectorOf } from '../names.ts';
import { publicHosts } from '../public-hosts.ts';
import { type Change, fillPlaceholders, parseRealmFile, ReconcileError, reconcileRealm } from '../realm/reconcile.ts';
import { type Cluster, reasonOf } from './connect.ts';
import { type Attempt, eventually } from './eventually.ts';
import { forwardTo } from './port-forward.ts';
import { forwardedWay, publicWay, type Way } from './reach.ts';
import type { Report } from './report.ts';
import { TaskError } from './task-error.ts';
import { secretValue } from './token.ts';

/** With the console realm master is public, and people choose its administrators' passwords. */
const PUBLIC_MASTER = { realm: 'master', bruteForceProtected: true };

/**
 * Brings the realm in Keycloak up to the deployment's file. Keycloak imports that file only into an empty database.
 *
 * @throws TaskError when the administrator cannot sign in, or Keycloak refuses
 */
export async function reconcile(cluster: Cluster, config: DeploymentConfig, report: Report): Promise<void> {
  const { secretNames, keycloak } = config;
  const secret = (name: string, key: string) => secretValue(cluster, IDENTITY_NAMESPACE, name, key);
  const placeholders = {
    OIDC_CLIENT_SECRET: await secret(secretNames.realm, 'OIDC_CLIENT_SECRET'),
    ...(keycloak.demoUser && { DEMO_USER_PASSWORD: await secret(secretNames.realm, 'DEMO_USER_PASSWORD') }),
  };
  // The plain port, inside the encrypted tunnel: from there Keycloak sees its own loopback.
  const forward = await forwardTo(cluster, {
    namespace: IDENTITY_NAMESPACE,
    labels: selectorOf(KEYCLOAK),
    port: PORTS.keycloakHttp,
  });
  try {
    const administrator = {
      baseUrl: `http://127.0.0.1:${forward.port}`,
      username: await secret(secretNames.admin, 'username'),
      password: await secret(secretNames.admin, 'password'),
    };
    const realm = parseRealmFile(fillPlaceholders(realmOf(config), placeholders));
    const retired = keycloak.demoUser ? [] : [{ username: DEMO_USER, email: DEMO_EMAIL }];
    const changes = await eventually(
      () => passing(reconcileRealm({ ...administrator, realm, retired })),
      PATIENCE_SECONDS,
      report,
      (waiting) => waiting,
    );
    if (keycloak.console) changes.push(...(await reconcileRealm({ ...administrator, realm: PUBLIC_MASTER })));
    for (const change of changes) report.line(`  changed ${change}`);
    if (changes.length === 0) report.line('  nothing to change in the realm');
  } catch (error) {
    if (error instanceof ReconcileError) throw new TaskError(error.message);
    throw error;
  } finally {
    await forward.close();
  }
}

/** Keycloak answers 500 for a while after its database was away. */
const PATIENCE_SECONDS = 20;

/** The changes of a reconcile, or a failure that may pass. */
async function passing(changes: Promise<Change[]>): Promise<Attempt<Change[]>> {
  try {
    return { value: await changes };
  } catch (error) {
    if (!(error instanceof ReconcileError) || !['keycloak_refused', 'unreachable'].includes(error.code)) throw error;
    return { waiting: error.message };
  }
}

const ANSWER_MS = 5_000;

/**
 * Waits until the realm answers with the right issuer: at its Service with the certificate that the gateway will verify,
 * and at its public address, where the deployment has one.
 *
 * @param seconds the longest wait for each
 */
export async function realmAnswers(
  cluster: Cluster,
  config: DeploymentConfig,
  seconds: number,
  report: Report,
): Promise<void> {
  const target = publicHosts(config).keycloak;
  const ways: [string, () => Promise<Way | undefined>][] = [
    ['at its Service', () => forwardedWay(cluster, config, target)],
  ];
  if (config.exposure.mode !== 'none') {
    ways.push([`at https://${target.host}`, () => publicWay(cluster, config, target)]);
  }
  for (const [where, way] of ways) {
    const ask = async (): Promise<Attempt<void>> => {
      const problem = await issuerProblem(await way(), issuerAt(config.hosts.keycloak));
      return problem ? { waiting: `the realm ${where}: ${problem}` } : { value: undefined };
    };
    await eventually(ask, seconds, report, (waiting) => `No answer after ${seconds} s from ${waiting}`);
    report.line(`  the realm answers ${where}`);
  }
}

async function issuerProblem(way: Way | undefined, expected: string): Promise<string | undefined> {
  if (!way)
    return "nothing shows this host's certificate there. Does the Ingress or Gateway controller run, and can this machine reach it?";
  try {
    const url = `${way.origin}/realms/${REALM}/.well-known/openid-configuration`;
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { statusCode, body } = await request(url, { dispatcher: way.dispatcher, signal });
    const text = await body.text();
    if (statusCode !== 200) return `it answers ${statusCode}`;
    const { issuer } = JSON.parse(text) as { issuer?: unknown };
    return issuer === expected ? undefined : `its issuer is ${issuer}, not ${expected}`;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await way.close();
  }
}
