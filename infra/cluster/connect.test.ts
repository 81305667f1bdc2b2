import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect } from './connect.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  vi.unstubAllEnvs();
});

const deployment = { name: 'local', contexts: ['kind-*', 'minikube'] };

/** A kubeconfig whose cluster listens nowhere. */
function kubeconfig(context: string): void {
  const file = join(directory, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:59' } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: context, context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  vi.stubEnv('KUBECONFIG', file);
}

test('a context that the deployment does not name is refused, with the way to insist', async () => {
  kubeconfig('arn:aws:eks:production');
  await expect(connect(deployment, {})).rejects.toThrow(
    /^The deployment local goes to the contexts kind-\*, minikube, and kubectl's is arn:aws:eks:production\. If you mean it: KUBE_CONTEXT=arn:aws:eks:production task …/,
  );
});

test('a pattern stands for the whole name', async () => {
  kubeconfig('not-kind-here');
  await expect(connect(deployment, {})).rejects.toThrow(/If you mean it/);
});

test.each([
  ['kind-gatehouse', {}],
  ['anything', { KUBE_CONTEXT: 'anything' }],
])('a cluster that does not answer is told with its address (%s)', async (context, environment) => {
  kubeconfig(context);
  await expect(connect(deployment, environment)).rejects.toThrow(
    /does not answer at https:\/\/127\.0\.0\.1:59 \(.*ECONNREFUSED.*\)\. Is it running\?/,
  );
});

test('a context that is not there is told with those that are', async () => {
  kubeconfig('kind-a');
  await expect(connect(deployment, { KUBE_CONTEXT: 'kind-b' })).rejects.toThrow(
    /has no context kind-b; it has kind-a\./,
  );
});

test('without a kubeconfig the sentence says how to get a cluster', async () => {
  vi.stubEnv('KUBECONFIG', '');
  vi.stubEnv('HOME', directory);
  vi.stubEnv('USERPROFILE', directory);
  await expect(connect(deployment, {})).rejects.toThrow(/`task cluster-up` makes one/);
});

test('a kubeconfig that is no kubeconfig is told', async () => {
  writeFileSync(join(directory, 'config'), 'clusters: [');
  vi.stubEnv('KUBECONFIG', join(directory, 'config'));
  await expect(connect(deployment, {})).rejects.toThrow(/^The kubeconfig cannot be read: .* Set KUBECONFIG/s);
});
