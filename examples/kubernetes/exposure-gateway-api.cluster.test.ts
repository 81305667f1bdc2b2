import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseDeployment } from '../../infra/deployment.ts';
import { deployment as local } from '../../infra/deployments/local.ts';
import { synthesize } from '../../infra/synth.ts';
import { kubectl, tryKubectl } from '../../infra/testing/kubectl.ts';
import { run, taskDone } from '../../infra/testing/run.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';

const CLASS = 'contour';
const GATEWAY = { name: 'contour', namespace: 'projectcontour', className: CLASS };
/** Where the controller's proxy may listen: on the Gateway's own port, or where a Service in front of it leads. */
const PORTS = [443, 8443];

interface GatewayStatus {
  readonly status?: {
    readonly listeners?: readonly {
      readonly attachedRoutes: number;
      readonly conditions: readonly { readonly type: string; readonly status: string }[];
    }[];
  };
}

/** How many routes each listener has, and whether the controller has taken it with its certificate. */
async function listeners(): Promise<(readonly [number, string | undefined])[]> {
  const args = ['--namespace', GATEWAY.namespace, 'get', 'gateway', GATEWAY.name, '--output', 'json'];
  const { status } = JSON.parse(await kubectl(args)) as GatewayStatus;
  return (status?.listeners ?? []).map(({ attachedRoutes, conditions }) => [
    attachedRoutes,
    conditions.find(({ type }) => type === 'Programmed')?.status,
  ]);
}

/** The status that the API host answers with, through whichever port shows its certificate. */
async function statusWith({ api, token }: Installation): Promise<string> {
  for (const port of PORTS) {
    const { code, stdout } = await run(
      'curl',
      [
        ...['--silent', '--output', '/dev/null', '--write-out', '%{http_code}', '--cacert', 'dist/local/ca.crt'],
        ...['--connect-to', `${api.host}:443:${api.address}:${port}`, '--header', '@-', `${api.origin}/v1/models`],
      ],
      { input: `Authorization: Bearer ${await token()}` },
    );
    if (code === 0) return stdout;
  }
  return 'none';
}

clusterTest(
  'through a Gateway of ours the same hosts answer, with the same certificates',
  async ({ installation, skip }) => {
    const { code } = await tryKubectl(['get', 'gatewayclass', CLASS]);
    if (code !== 0)
      return skip(
        `the cluster has no GatewayClass ${CLASS}: Contour with the definitions of the Gateway API brings it`,
      );
    const directory = mkdtempSync(join(tmpdir(), 'gateway-api-'));
    synthesize(
      parseDeployment('gateway-api', { ...local, exposure: { mode: 'gateway-api', gateway: GATEWAY } }),
      directory,
    );
    try {
      const apply = ['apply', '--server-side', '--force-conflicts', '--field-manager', 'gatehouse'];
      await kubectl([...apply, '--filename', directory]);
      await expect.poll(listeners, { timeout: 30_000, interval: 500 }).toEqual([
        [1, 'True'],
        [1, 'True'],
      ]);
      await expect.poll(() => statusWith(installation), { timeout: 30_000, interval: 500 }).toBe('200');
    } finally {
      rmSync(directory, { recursive: true });
      // First, since beside it the controller serves no Ingress.
      await kubectl(['--namespace', GATEWAY.namespace, 'delete', 'gateway', GATEWAY.name, '--ignore-not-found']);
      const { stderr } = await taskDone('deploy-infrastructure');
      await taskDone('deploy-inference-gateway');
      expect(stderr).toContain('deleted HTTPRoute idp/keycloak');
    }
  },
);
