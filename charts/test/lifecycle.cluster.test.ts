import { expect } from 'vitest';
import { clusterTest } from '../../examples/kubernetes/testing/cluster-test.ts';
import { gatewayAnswers } from '../../examples/kubernetes/testing/gateway-answers.ts';
import { withNamespace } from '../../examples/kubernetes/testing/probe.ts';
import { kubectl, podsOf, rolledOut } from '../../infra/testing/kubectl.ts';
import { helmIn, objectsOf, ownObjects, tryHelmIn, upgrade } from '../testing/release.ts';

const DEPLOYMENT = 'deployment/inference-gateway';
/** Ready without an issuer, and quickly gone. */
const OPEN = ['--set', 'auth.enabled=false', '--set', 'shutdownGracePeriod=1s'];

const level = async (namespace: string) =>
  (
    await kubectl([
      ...['--namespace', namespace, 'get', 'configmap', 'inference-gateway'],
      ...['--output', 'jsonpath={.data.LOG_LEVEL}'],
    ])
  ).trim();
const podNames = async (namespace: string) => (await podsOf(namespace, 'inference-gateway')).map(({ name }) => name);

clusterTest('a release is installed, upgraded, rolled back and uninstalled', async ({ installation: { cluster } }) => {
  await withNamespace('chart-life', async (namespace) => {
    expect(await upgrade(namespace, ...OPEN)).toContain('INSECURE: authentication is off (ENABLE_AUTH=false)');
    await rolledOut(namespace, DEPLOYMENT, 60);
    expect(await gatewayAnswers(cluster, namespace)).toBe(200);
    const first = await podNames(namespace);

    await upgrade(namespace, ...OPEN, '--set', 'config.LOG_LEVEL=debug', '--set', 'replicaCount=2');
    await rolledOut(namespace, DEPLOYMENT, 60);
    expect(await level(namespace)).toBe('debug');
    expect(await podNames(namespace)).toHaveLength(2);
    expect(await podNames(namespace)).not.toContain(first[0]);
    expect(await objectsOf(namespace)).toContain('poddisruptionbudget.policy/inference-gateway');
    expect(await helmIn(namespace, 'test', 'inference-gateway', '--logs')).toContain('authentication is off');

    await upgrade(namespace, ...OPEN, '--set', 'replicaCount=0');
    await kubectl([
      '--namespace',
      namespace,
      'wait',
      '--for',
      'delete',
      'pod',
      '--selector',
      LABEL,
      '--timeout',
      '60s',
    ]);

    await helmIn(namespace, 'rollback', 'inference-gateway', '1');
    await rolledOut(namespace, DEPLOYMENT, 60);
    expect(await level(namespace)).toBe('');
    expect(await objectsOf(namespace)).not.toContain('poddisruptionbudget.policy/inference-gateway');

    await helmIn(namespace, 'uninstall', 'inference-gateway', '--wait', '--cascade', 'foreground');
    const left = (await objectsOf(namespace)).filter((name) => name !== 'pod/inference-gateway-test');
    expect(left).toEqual([]);
  });
});
const LABEL = 'app.kubernetes.io/name=inference-gateway';

clusterTest('what someone made by hand is not taken: Helm stops instead', async ({ installation }) => {
  expect(installation.cluster).toBeDefined();
  await withNamespace('chart-own', async (namespace) => {
    const mine = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'inference-gateway' },
      data: { LOG_LEVEL: 'warn' },
    };
    const unchanged = await ownObjects(namespace, mine);
    const flags = [...OPEN, '--set', 'config.LOG_LEVEL=debug'];
    const { code, stderr } = await tryHelmIn(
      namespace,
      'install',
      'inference-gateway',
      './charts/inference-gateway',
      ...flags,
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('ConfigMap "inference-gateway"');
    await unchanged();
  });
});

clusterTest('without values it lets nobody in, and the pod says what it lacks', async ({ installation }) => {
  expect(installation.cluster).toBeDefined();
  await withNamespace('chart-bare', async (namespace) => {
    expect(await upgrade(namespace)).toContain('IT CANNOT START YET');
    const log = () => kubectl(['--namespace', namespace, 'logs', DEPLOYMENT]).catch(String);
    await expect.poll(log, { timeout: 60_000, interval: 1_000 }).toContain('OIDC_ISSUER_URL is needed to check tokens');
    const ready = ['get', DEPLOYMENT, '--output', 'jsonpath={.status.readyReplicas}'];
    expect(await kubectl(['--namespace', namespace, ...ready])).toBe('');
  });
});
