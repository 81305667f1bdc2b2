import { expect } from 'vitest';
import { clusterTest } from '../../examples/kubernetes/testing/cluster-test.ts';
import { steadily } from '../../examples/kubernetes/testing/steady.ts';
import { GATEWAY_NAMESPACE } from '../../infra/names.ts';
import { kubectl, rolledOut } from '../../infra/testing/kubectl.ts';
import { task, taskDone } from '../../infra/testing/run.ts';
import { helmIn, tryHelmIn } from '../testing/release.ts';

const uid = () =>
  kubectl([
    ...['--namespace', GATEWAY_NAMESPACE, 'get', 'deployment', 'inference-gateway'],
    ...['--output', 'jsonpath={.metadata.uid}'],
  ]);

clusterTest(
  'the chart takes over what the manifests made, and back only by a step of its own',
  async ({ installation }) => {
    const { api, token } = installation;
    try {
      const [before, bearer] = [await uid(), await token()];
      const caller = steadily(async () => (await api.get('/v1/models', bearer)).status);
      const { stderr } = await taskDone('deploy-inference-gateway:helm');
      const answers = await caller.stop();
      expect(stderr).toContain('Helm takes over what `task deploy-inference-gateway` made');
      expect(stderr).toMatch(/401 without a token: .*\n(.*\n)*.*200 with a token/);
      expect(await uid()).toBe(before);
      expect(answers.filter((answer) => answer !== 200)).toEqual([]);

      const again = await taskDone('deploy-inference-gateway:helm');
      expect(again.stderr).not.toContain('takes over');
      await rolledOut(GATEWAY_NAMESPACE, 'deployment/inference-gateway');
      expect(await helmIn(GATEWAY_NAMESPACE, 'test', 'inference-gateway', '--logs')).toContain('200 with a token');

      for (const name of ['deploy-inference-gateway', 'delete --yes']) {
        const stopped = await task(name);
        expect(stopped.code, name).not.toBe(0);
        expect(stopped.stderr).toContain('belongs to Helm (release inference-gateway).');
        expect(stopped.stderr).toContain('helm uninstall inference-gateway --namespace');
      }
    } finally {
      await tryHelmIn(GATEWAY_NAMESPACE, 'uninstall', 'inference-gateway', '--wait');
      // Helm keeps what a test made, for its log.
      await kubectl([
        '--namespace',
        GATEWAY_NAMESPACE,
        'delete',
        'pod',
        'inference-gateway-test',
        '--ignore-not-found',
      ]);
      await taskDone('deploy-inference-gateway');
    }
  },
);
