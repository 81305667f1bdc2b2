import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../deployment.ts';
import { GATEWAY, GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, KEYCLOAK, labelsOf, SECRETS, serviceHost } from '../names.ts';

const API = 'cert-manager.io/v1';

interface CertificateProps {
  readonly name: string;
  readonly namespace: string;
  readonly component: string;
  readonly issuer: { readonly name: string; readonly kind: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A cert-manager Certificate; the Secret has its name. */
function certificate(scope: Construct, { name, namespace, component, issuer, spec }: CertificateProps): void {
  new ApiObject(scope, name, {
    apiVersion: API,
    kind: 'Certificate',
    metadata: { name, namespace, labels: labelsOf(component) },
    spec: {
      secretName: name,
      issuerRef: issuer,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      ...spec,
    },
  });
}

/** With cert-manager: Keycloak's certificates, that of its Service by an authority made here, that of its public host by the issuer. */
export class IdentityCertificates extends Construct {
  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id);
    if (config.tls.mode !== 'cert-manager') return;
    const shared = { namespace: IDENTITY_NAMESPACE, component: KEYCLOAK };
    const issuer = (name: string, spec: Record<string, unknown>) =>
      new ApiObject(this, `issuer-${name}`, {
        apiVersion: API,
        kind: 'Issuer',
        metadata: { name, namespace: IDENTITY_NAMESPACE, labels: labelsOf(KEYCLOAK) },
        spec,
      });
    issuer('gatehouse-self-signed', { selfSigned: {} });
    certificate(this, {
      ...shared,
      name: SECRETS.authority,
      issuer: { kind: 'Issuer', name: 'gatehouse-self-signed' },
      spec: { isCA: true, commonName: 'Gatehouse authority', duration: '87600h', renewBefore: '8760h' },
    });
    issuer(SECRETS.authority, { ca: { secretName: SECRETS.authority } });
    certificate(this, {
      ...shared,
      name: config.certificateNames.keycloak,
      issuer: { kind: 'Issuer', name: SECRETS.authority },
      spec: { dnsNames: [KEYCLOAK, `${KEYCLOAK}.${IDENTITY_NAMESPACE}`, serviceHost(KEYCLOAK, IDENTITY_NAMESPACE)] },
    });
    certificate(this, {
      ...shared,
      name: config.certificateNames.keycloakPublic,
      issuer: config.tls.issuer,
      spec: { dnsNames: [config.hosts.keycloak] },
    });
  }
}

/** With cert-manager: the certificate of the API host. */
export class GatewayCertificate extends Construct {
  constructor(scope: Construct, id: string, { tls, certificateNames, hosts }: DeploymentConfig) {
    super(scope, id);
    if (tls.mode !== 'cert-manager') return;
    certificate(this, {
      name: certificateNames.gateway,
      namespace: GATEWAY_NAMESPACE,
      component: GATEWAY,
      issuer: tls.issuer,
      spec: { dnsNames: [hosts.api] },
    });
  }
}
