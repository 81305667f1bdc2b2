import type { DeploymentConfig } from '../deployment.ts';
import { allManifests, deploymentOf, type Manifest, MODES } from './deployments.ts';

/** Every combination of modes, with one and with three replicas of everything where that fits. */
function combinations(): [string, DeploymentConfig][] {
  const found: [string, DeploymentConfig][] = [];
  for (const database of MODES.database)
    for (const tls of MODES.tls)
      for (const secrets of MODES.secrets)
        for (const exposure of MODES.exposure) {
          const parts = { database, tls, secrets, exposure };
          const name = [database.mode, tls.mode, secrets.mode, exposure.mode].join(' · ');
          found.push([name, deploymentOf({ ...parts, keycloak: { demoUser: true } })]);
          if (database.mode === 'embedded') continue;
          const many = {
            keycloak: { replicas: 3, cache: 'jdbc-ping' as const },
            gateway: { autoscaling: { min: 3, max: 9 }, serviceMonitor: true },
          };
          found.push([`${name} · three replicas`, deploymentOf({ ...parts, ...many })]);
        }
  return found;
}

/** Every combination of modes: its name, the deployment, and its manifests. */
export const COMBINATIONS: readonly [string, DeploymentConfig, readonly Manifest[]][] = combinations().map(
  ([name, config]) => [name, config, allManifests(config)],
);
