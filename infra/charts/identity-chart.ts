import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { IdentityCertificates } from '../constructs/certificates.ts';
import { Exposure } from '../constructs/exposure.ts';
import { Keycloak } from '../constructs/keycloak.ts';
import { IdentityPolicies } from '../constructs/network-policies.ts';
import { databaseOf } from '../constructs/postgres.ts';
import { PublicGateway } from '../constructs/public-gateway.ts';
import { Realm } from '../constructs/realm.ts';
import { IdentitySecrets } from '../constructs/secrets.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { KEYCLOAK, labelsOf } from '../names.ts';
import { publicHosts } from '../public-hosts.ts';

/** `identity.yaml`: PostgreSQL, Keycloak and its realm, and their address. */
export class IdentityChart extends Chart {
  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id);
    const { exposure } = config;
    const { api, keycloak } = publicHosts(config);
    new IdentitySecrets(this, 'secrets', config);
    new IdentityCertificates(this, 'certificates', config);
    const database = databaseOf(this, config);
    const realm = new Realm(this, 'realm', config);
    new Keycloak(this, 'keycloak', config, database, realm);
    new IdentityPolicies(this, 'policies', config, database);
    if (exposure.mode === 'gateway-api' && exposure.gateway.className) {
      const { name, namespace, className } = exposure.gateway;
      new PublicGateway(this, 'gateway', { name, namespace, className, labels: labelsOf(KEYCLOAK) }, [api, keycloak]);
    }
    new Exposure(this, 'exposure', config, keycloak);
  }
}
