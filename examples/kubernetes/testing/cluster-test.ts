import { inject, test } from 'vitest';
import { type Cluster, connect } from '../../../infra/cluster/connect.ts';
import { fetchToken, type Grant } from '../../../infra/cluster/token.ts';
import type { DeploymentConfig } from '../../../infra/deployment.ts';
import { loadDeployment } from '../../../infra/deployments.ts';
import { publicHosts } from '../../../infra/public-hosts.ts';
import { type PublicClient, publicClient } from './public-client.ts';
import { DEPLOYMENT } from './run.ts';

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
export const clusterTest = test.extend<{ installation: Installation }>({
  installation: async ({ skip }, use) => {
    const provided = inject('installation');
    if ('missing' in provided) return skip(provided.missing);
    const config = await loadDeployment(DEPLOYMENT);
    const cluster = await connect(config, { KUBE_CONTEXT: provided.context });
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
