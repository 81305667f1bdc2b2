import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../deployment.ts';
import {
  BOOTSTRAP_ADMIN,
  CLIENT_ID,
  GATEWAY,
  GATEWAY_NAMESPACE,
  IDENTITY_NAMESPACE,
  KEYCLOAK,
  labelsOf,
} from '../names.ts';

type InlineValues = Extract<DeploymentConfig['secrets'], { mode: 'inline' }>['values'];

interface SecretProps {
  readonly name: string;
  readonly namespace: string;
  readonly component: string;
  readonly type?: string;
  /** What it holds in mode `inline`, the one mode in which a manifest carries a secret. */
  readonly inline: (values: InlineValues) => Record<string, string>;
}

/** A Secret by the mode of the deployment; in the modes `generate` and `existing` there is none in the manifests. */
function secret(
  scope: Construct,
  { secrets }: DeploymentConfig,
  { name, namespace, component, type, inline }: SecretProps,
): void {
  const metadata = { name, namespace, labels: labelsOf(component) };
  if (secrets.mode === 'inline') {
    new k8s.KubeSecret(scope, name, { metadata, type: type ?? 'Opaque', stringData: inline(secrets.values) });
  }
  if (secrets.mode === 'external-secrets') {
    new ApiObject(scope, name, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata,
      spec: {
        refreshInterval: secrets.refreshInterval,
        secretStoreRef: secrets.store,
        target: { name, ...(type && { template: { type } }) },
        dataFrom: [{ extract: { key: `${secrets.path}/${name}` } }],
      },
    });
  }
}

/** The Secrets of Keycloak and its database. */
export class IdentitySecrets extends Construct {
  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id);
    const shared = { namespace: IDENTITY_NAMESPACE, component: KEYCLOAK };
    secret(this, config, {
      ...shared,
      name: config.secretNames.admin,
      inline: ({ adminPassword }) => ({ username: BOOTSTRAP_ADMIN, password: adminPassword }),
    });
    secret(this, config, {
      ...shared,
      name: config.secretNames.database,
      type: 'kubernetes.io/basic-auth',
      inline: ({ databasePassword }) => ({ username: KEYCLOAK, password: databasePassword }),
    });
    secret(this, config, {
      ...shared,
      name: config.secretNames.realm,
      inline: ({ clientSecret, demoUserPassword }) => ({
        OIDC_CLIENT_SECRET: clientSecret,
        ...(demoUserPassword && { DEMO_USER_PASSWORD: demoUserPassword }),
      }),
    });
  }
}

/** The Secret of the gateway. */
export class GatewaySecret extends Construct {
  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id);
    secret(this, config, {
      name: config.secretNames.gateway,
      namespace: GATEWAY_NAMESPACE,
      component: GATEWAY,
      inline: ({ clientSecret, providerKeys }) => ({
        OIDC_CLIENT_ID: CLIENT_ID,
        OIDC_CLIENT_SECRET: clientSecret,
        ...providerKeys,
      }),
    });
  }
}
