import { expect } from 'vitest';
import { clusterTest } from './testing/cluster-test.ts';
import { kubectl, tryKubectl } from './testing/kubectl.ts';
import { withChoices } from './testing/other-deployment.ts';

const CLASS = 'contour';
const CHOICES = `{ exposure: { mode: 'gateway-api', gateway: { name: 'contour', namespace: 'projectcontour', className: '${CLASS}' } } }`;

clusterTest('through a Gateway of ours the same hosts answer, with the same certificates', async ({ skip }) => {
  const { code } = await tryKubectl(['get', 'gatewayclass', CLASS]);
  if (code !== 0)
    return skip(`the cluster has no GatewayClass ${CLASS}: Contour with its Gateway API definitions brings it`);
  await withChoices(CHOICES, async (run) => {
    try {
      const infrastructure = await run('deploy-infrastructure');
      expect(infrastructure.stderr).toContain('deleted Ingress idp/keycloak');
      expect(infrastructure.stderr).toContain('the realm answers at https://keycloak.inference-gateway.local');
      const gateway = await run('deploy-inference-gateway');
      expect(gateway.stderr).toMatch(/401 without a token.*:443\)\n.*200 with a token.*:443\)/);
      expect((await run('fetch-access-token')).stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    } finally {
      // Before `local` comes back: beside this Gateway the controller serves no Ingress.
      await kubectl(['--namespace', 'projectcontour', 'delete', 'gateway', 'contour', '--ignore-not-found']);
    }
  });
});
