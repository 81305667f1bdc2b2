import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { GatewayCertificate } from '../constructs/certificates.ts';
import { Exposure } from '../constructs/exposure.ts';
import { Gateway } from '../constructs/gateway.ts';
import { GatewayPolicies } from '../constructs/network-policies.ts';
import { GatewaySecret } from '../constructs/secrets.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { publicHosts } from '../public-hosts.ts';

/** `gateway.yaml`: the gateway and its address. */
export class GatewayChart extends Chart {
  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id);
    new GatewaySecret(this, 'secret', config);
    new GatewayCertificate(this, 'certificate', config);
    new Gateway(this, 'gateway', config);
    new GatewayPolicies(this, 'policies', config);
    new Exposure(this, 'exposure', config, publicHosts(config).api);
  }
}
