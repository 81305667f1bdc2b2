import type { V1ConfigMap } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { makeAuthority } from '../../infra/bootstrap/make-certificate.ts';
import { AUTHORITY_CONFIG_MAP, AUTHORITY_FILE, AUTHORITY_KEY, GATEWAY, GATEWAY_NAMESPACE } from '../../infra/names.ts';
import { kubectl, podNow } from '../../infra/testing/kubectl.ts';
import { taskDone } from '../../infra/testing/run.ts';
import { clusterTest } from './testing/cluster-test.ts';
import { nodeIn, placeOf } from './testing/probe.ts';

const configMap = ['configmap', AUTHORITY_CONFIG_MAP, '--namespace', GATEWAY_NAMESPACE];

/** Puts authorities into the ConfigMap, in place of those that are there. */
const publish = (text: string): Promise<string> =>
  kubectl(['patch', ...configMap, '--type', 'merge', '--patch', JSON.stringify({ data: { [AUTHORITY_KEY]: text } })]);

async function published(): Promise<string> {
  const { data }: V1ConfigMap = JSON.parse(await kubectl(['get', ...configMap, '--output', 'json']));
  return data?.[AUTHORITY_KEY] ?? '';
}

clusterTest(
  'an authority that is added reaches the running gateway, until deploying again takes it out',
  async ({ installation }) => {
    const present = await published();
    expect(present).toContain('BEGIN CERTIFICATE');
    const pod = await podNow(GATEWAY_NAMESPACE, GATEWAY);
    const place = await placeOf(GATEWAY_NAMESPACE, GATEWAY);
    const mounted = () => nodeIn(place, `process.stdout.write(fs.readFileSync('${AUTHORITY_FILE}'))`);
    expect(await mounted()).toBe(present);
    const both = `${present}${(await makeAuthority(new Date())).certificate}`;
    try {
      await publish(both);
      // The kubelet looks about once a minute.
      await expect.poll(mounted, { timeout: 150_000, interval: 2000 }).toBe(both);
      expect((await installation.api.get('/v1/models', await installation.token())).status).toBe(200);
      expect(await podNow(GATEWAY_NAMESPACE, GATEWAY)).toEqual(pod);
    } finally {
      await taskDone('deploy-inference-gateway');
    }
    expect(await published()).toBe(present);
  },
);
