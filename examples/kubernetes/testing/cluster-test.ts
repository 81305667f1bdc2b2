import type { Cluster } from '../../../infra/cluster/connect.ts';
import { fetchToken, type Grant } from '../../../infra/cluster/token.ts';
import type { DeploymentConfig } from '../../../infra/deployment.ts';
import { loadDeployment } from '../../../infra/deployments.ts';
import { publicHosts } from '../../../infra/public-hosts.ts';
import { clusterTest as anyClusterTest } from '../../../infra/testing/cluster.ts';
import { DEPLOYMENT } from '../../../infra/testing/run.ts';
import { type PublicClient, publicClient } from './public-client.ts';

/** What installation.ts has installed, and ways into it. */
export interface Installation {
  readonly cluster: Cluster;
  readonly config: DeploymentConfig;
  readonly api: PublicClient;
  readonly keycloak: PublicClient;
  /** A new access token: of the client itself, unless said otherwise. */
  readonly token: (grant?: Grant) => Promise<string>;
}

/** A test against the installation. Skipped where there is none. */
export const clusterTest = anyClusterTest.extend<{ installation: Installation }>({
  installation: async ({ cluster }, use) => {
    const config = await loadDeployment(DEPLOYMENT);
    const hosts = publicHosts(config);
    const api = await publicClient(cluster, config, hosts.api);
    const keycloak = await publicClient(cluster, config, hosts.keycloak);
    const token = (grant: Grant = 'client_credentials') => fetchToken(cluster, config, grant);
    try {
      await use({ cluster, config, api, keycloak, token });
    } finally {
      await Promise.all([api.close(), keycloak.close()]);
    }
  },
});
