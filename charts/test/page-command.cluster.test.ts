import { expect } from 'vitest';
import { clusterTest } from '../../examples/kubernetes/testing/cluster-test.ts';
import { gatewayAnswers } from '../../examples/kubernetes/testing/gateway-answers.ts';
import { withWayToKeycloak } from '../../examples/kubernetes/testing/manual-realm.ts';
import { withNamespace } from '../../examples/kubernetes/testing/probe.ts';
import { rolledOut } from '../../infra/testing/kubectl.ts';
import { objectsByHand } from '../testing/keycloak.ts';
import { PAGE_FLAGS } from '../testing/page.ts';
import { helmIn, ownObjects, upgrade } from '../testing/release.ts';

clusterTest(
  "the documentation page's command with its objects made by hand lets tokens in",
  async ({ installation }) => {
    const { cluster, token } = installation;
    await withNamespace('chart-page', (namespace) =>
      withWayToKeycloak(namespace, async () => {
        const unchanged = await ownObjects(namespace, ...(await objectsByHand(installation)));
        await upgrade(namespace, ...PAGE_FLAGS);
        await rolledOut(namespace, 'deployment/inference-gateway', 90);
        expect(await gatewayAnswers(cluster, namespace)).toBe(401);
        expect(await gatewayAnswers(cluster, namespace, await token())).toBe(200);
        await unchanged();

        const tested = await helmIn(namespace, 'test', 'inference-gateway', '--logs');
        expect(tested).toMatch(/200 ready\n401 without a token\n(?!200)/);

        await upgrade(namespace, ...PAGE_FLAGS, '--set', 'tests.existingSecret=inference-gateway');
        const withToken = await helmIn(namespace, 'test', 'inference-gateway', '--logs');
        expect(withToken).toMatch(/401 without a token\n200 with a token of the issuer\n/);

        await helmIn(namespace, 'uninstall', 'inference-gateway', '--wait');
        await unchanged();
      }),
    );
  },
);
