import { expect } from 'vitest';
import { task } from '../../infra/testing/run.ts';
import { clusterTest } from './testing/cluster-test.ts';
import { withChoices } from './testing/other-deployment.ts';

const NONE = "{ exposure: { mode: 'none' }, keycloak: { ...local.keycloak, console: false } }";

clusterTest('without an Ingress the tasks forward ports by themselves, and nothing stays public', async () => {
  await withChoices(NONE, async (run) => {
    const infrastructure = await run('deploy-infrastructure');
    expect(infrastructure.stderr).toContain('deleted Ingress idp/keycloak');
    const gateway = await run('deploy-inference-gateway');
    expect(gateway.stderr).toContain('deleted Ingress inference-gateway/inference-gateway');
    expect(gateway.stderr).toMatch(
      /401 without a token: .*\(through port-forward\)\n.*200 with a token: .*\(through port-forward\)/,
    );
    expect(gateway.stderr).toContain('kubectl port-forward');

    const { stdout: token, stderr } = await run('fetch-access-token');
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(stderr).toBe('');
    const hosts = await task('hosts', { env: { DEPLOYMENT: 'local' } });
    expect(hosts.stdout).toBe('');
  });
});
