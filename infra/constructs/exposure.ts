import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../deployment.ts';
import { labelsOf, PORTS } from '../names.ts';

/** One host that callers reach, and the Service behind it. */
export interface PublicHost {
  /** Name of the Service, and of what is made here. */
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  /** Secret with its certificate, in the same namespace. */
  readonly certificate: string;
  /** What of it is public: these folders with everything below, and these paths alone. */
  readonly folders: readonly string[];
  readonly pages: readonly string[];
  /** Largest request body, in bytes. */
  readonly maxBodySize: number;
}

const GATEWAY_API = 'gateway.networking.k8s.io/v1';

/** Makes a host public, by the way that the deployment says. */
export class Exposure extends Construct {
  constructor(scope: Construct, id: string, config: DeploymentConfig, target: PublicHost) {
    super(scope, id);
    const { exposure } = config;
    if (exposure.mode === 'ingress') this.ingress(exposure, target);
    if (exposure.mode === 'gateway-api') this.route(exposure.gateway, target);
  }

  private ingress(
    { className, annotations }: Extract<DeploymentConfig['exposure'], { mode: 'ingress' }>,
    { name, namespace, host, certificate, folders, pages, maxBodySize }: PublicHost,
  ): void {
    const path = (pathType: 'Prefix' | 'Exact') => (value: string) => ({
      path: value,
      pathType,
      backend: { service: { name, port: { name: 'http' } } },
    });
    new k8s.KubeIngress(this, 'ingress', {
      metadata: {
        name,
        namespace,
        labels: labelsOf(name),
        annotations: { ...behaviourOf(maxBodySize), ...annotations },
      },
      spec: {
        ...(className && { ingressClassName: className }),
        tls: [{ hosts: [host], secretName: certificate }],
        rules: [{ host, http: { paths: [...folders.map(path('Prefix')), ...pages.map(path('Exact'))] } }],
      },
    });
  }

  private route(gateway: { name: string; namespace: string }, target: PublicHost): void {
    const { name, namespace, host, folders, pages } = target;
    const match = (type: 'PathPrefix' | 'Exact') => (value: string) => ({ path: { type, value } });
    new ApiObject(this, 'route', {
      apiVersion: GATEWAY_API,
      kind: 'HTTPRoute',
      metadata: { name, namespace, labels: labelsOf(name) },
      spec: {
        parentRefs: [{ name: gateway.name, namespace: gateway.namespace, sectionName: name }],
        hostnames: [host],
        rules: [
          {
            matches: [...folders.map(match('PathPrefix')), ...pages.map(match('Exact'))],
            // Keycloak would take them for its own address; a controller that sets them does so afterwards.
            filters: [
              {
                type: 'RequestHeaderModifier',
                requestHeaderModifier: { remove: ['X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Prefix'] },
              },
            ],
            backendRefs: [{ name, port: PORTS.http }],
            // GEP-1742: 0s is no limit. Answers stream for as long as models write.
            timeouts: { request: '0s' },
          },
        ],
      },
    });
  }
}

/** Every controller looks at its own annotations. Answers stream: none may end, gather or cut them. Nothing is served in clear. */
function behaviourOf(maxBodySize: number): Record<string, string> {
  const nginx = (key: string) => `nginx.ingress.kubernetes.io/${key}`;
  return {
    'projectcontour.io/response-timeout': 'infinity',
    'ingress.kubernetes.io/force-ssl-redirect': 'true',
    'haproxy.org/timeout-server': '1h',
    'haproxy.org/ssl-redirect': 'true',
    'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
    'traefik.ingress.kubernetes.io/router.tls': 'true',
    [nginx('force-ssl-redirect')]: 'true',
    [nginx('proxy-body-size')]: `${Math.ceil(maxBodySize / 2 ** 20)}m`,
    [nginx('proxy-buffering')]: 'off',
    [nginx('proxy-request-buffering')]: 'off',
    [nginx('proxy-read-timeout')]: '3600',
    [nginx('proxy-send-timeout')]: '3600',
  };
}
