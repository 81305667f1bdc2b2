import { bootstrapIdentity, publishAuthority } from '../bootstrap/bootstrap.ts';
import type { Cluster } from '../cluster/connect.ts';
import { eventually } from '../cluster/eventually.ts';
import { applyPart, manifestsOf, writeManifests } from '../cluster/manifests.ts';
import { read } from '../cluster/objects.ts';
import { preflight } from '../cluster/preflight.ts';
import { realmAnswers, reconcile } from '../cluster/realm.ts';
import type { Report } from '../cluster/report.ts';
import { rolledOut } from '../cluster/rollout.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { IDENTITY_NAMESPACE, KEYCLOAK, POSTGRES } from '../names.ts';
import { clusterTask } from './task.ts';

const CERTIFICATE_SECONDS = 180;
const DATABASE_SECONDS = 300;
const KEYCLOAK_SECONDS = 420;
const ANSWER_SECONDS = 90;

const inIdentity = (apiVersion: string, kind: string, name: string) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: IDENTITY_NAMESPACE },
});

/** Waits until something is there that an operator makes. */
const made = (what: string, seconds: number, report: Report, there: () => Promise<boolean>): Promise<void> =>
  eventually(
    async () => ((await there()) ? { value: undefined } : { waiting: what }),
    seconds,
    report,
    () => `${what} is not there after ${seconds} s; \`task status\` shows more.`,
  );

async function databaseReady(cluster: Cluster, { database }: DeploymentConfig, report: Report): Promise<void> {
  if (database.mode === 'embedded') {
    await rolledOut(cluster, inIdentity('apps/v1', 'StatefulSet', POSTGRES), DATABASE_SECONDS, report);
  }
  if (database.mode === 'cloudnative-pg') {
    await made(`the primary of the database cluster ${POSTGRES}`, DATABASE_SECONDS, report, async () => {
      const found = await read(cluster, inIdentity('postgresql.cnpg.io/v1', 'Cluster', POSTGRES));
      const status = (found as { status?: { readyInstances?: number } } | undefined)?.status;
      return (status?.readyInstances ?? 0) > 0;
    });
  }
}

/** PostgreSQL, Keycloak, its realm and the certificate authority. */
await clusterTask(async ({ cluster, config, environment, report }) => {
  report.line(`Deploying Keycloak to ${cluster.context} (deployment ${config.name}).`);
  await preflight(cluster, config, manifestsOf(config, 'identity'));
  const directory = writeManifests(config);
  report.line(`Applying ${directory}/namespaces.yaml, identity.yaml`);
  await applyPart(cluster, config, 'namespaces', report);
  await bootstrapIdentity(cluster, config, environment, (line) => report.line(`  ${line}`));
  await applyPart(cluster, config, 'identity', report);
  const { keycloak: certificate } = config.certificateNames;
  await made(`the certificate ${certificate}`, CERTIFICATE_SECONDS, report, async () =>
    Boolean(await read(cluster, inIdentity('v1', 'Secret', certificate))),
  );
  await publishAuthority(cluster, config, (line) => report.line(`  ${line}`));
  report.line('Waiting for PostgreSQL and Keycloak');
  await databaseReady(cluster, config, report);
  await rolledOut(cluster, inIdentity('apps/v1', 'Deployment', KEYCLOAK), KEYCLOAK_SECONDS, report);
  report.line('Bringing the realm up to its file');
  await reconcile(cluster, config, report);
  await realmAnswers(cluster, config, ANSWER_SECONDS, report);
  report.line('Keycloak runs. Next: task deploy-inference-gateway');
});
