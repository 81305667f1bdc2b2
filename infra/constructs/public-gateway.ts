import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { PublicHost } from './exposure.ts';

/** A Gateway with a listener for each host; its routes come from the hosts' namespaces only. */
export class PublicGateway extends Construct {
  constructor(
    scope: Construct,
    id: string,
    gateway: { name: string; namespace: string; className: string; labels: Record<string, string> },
    hosts: readonly PublicHost[],
  ) {
    super(scope, id);
    const { name, namespace, className, labels } = gateway;
    new ApiObject(this, 'gateway', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name, namespace, labels },
      spec: {
        gatewayClassName: className,
        listeners: hosts.map((target) => ({
          name: target.name,
          hostname: target.host,
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', certificateRefs: [{ name: target.certificate, namespace: target.namespace }] },
          allowedRoutes: {
            namespaces: {
              from: 'Selector',
              selector: { matchLabels: { 'kubernetes.io/metadata.name': target.namespace } },
            },
          },
        })),
      },
    });
    for (const target of hosts.filter((host) => host.namespace !== namespace)) this.grant(namespace, labels, target);
  }

  /** Certificates stay in the namespaces of their hosts; each lets the Gateway read just that one. */
  private grant(from: string, labels: Record<string, string>, { name, namespace, certificate }: PublicHost): void {
    new ApiObject(this, `grant-${name}`, {
      apiVersion: 'gateway.networking.k8s.io/v1beta1',
      kind: 'ReferenceGrant',
      metadata: { name: `${name}-certificate`, namespace, labels },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: from }],
        to: [{ group: '', kind: 'Secret', name: certificate }],
      },
    });
  }
}
