import { createHash } from 'node:crypto';
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { PROVIDERS_DIRECTORY, PROVIDERS_KEY } from '../deployment/gateway-environment.ts';
import type { DeploymentConfig } from '../deployment.ts';
import {
  AUTHORITY_CONFIG_MAP,
  AUTHORITY_DIRECTORY,
  AUTHORITY_FILE,
  AUTHORITY_KEY,
  GATEWAY,
  GATEWAY_NAMESPACE,
  labelsOf,
  PORTS,
  selectorOf,
  serviceHost,
} from '../names.ts';
import { CONTAINER_SECURITY, httpGet, podSecurity, resourcesOf, spread } from './pods.ts';

/** The user of the image. */
const USER_ID = 65532;
/** Seconds beyond the gateway's own grace period: five in which it still accepts, and some to close. */
const BEYOND_GRACE = 15;
const FILES_CONFIG_MAP = `${GATEWAY}-files`;

/** The gateway, its Service and configuration, and what scales and protects its replicas. */
export class Gateway extends Construct {
  readonly host = serviceHost(GATEWAY, GATEWAY_NAMESPACE);
  readonly port = PORTS.http;
  readonly url = `http://${this.host}`;
  readonly podLabels = selectorOf(GATEWAY);
  private readonly metadata = { name: GATEWAY, namespace: GATEWAY_NAMESPACE, labels: labelsOf(GATEWAY) };

  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id);
    this.configuration(config);
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata,
      spec: {
        selector: this.podLabels,
        ports: [
          { name: 'http', port: this.port, targetPort: k8s.IntOrString.fromString('http') },
          { name: 'metrics', port: PORTS.metrics, targetPort: k8s.IntOrString.fromString('metrics') },
        ],
      },
    });
    this.deployment(config);
    this.scaling(config);
  }

  private configuration({ gateway }: DeploymentConfig): void {
    new k8s.KubeConfigMap(this, 'config-map', { metadata: this.metadata, data: { ...gateway.variables } });
    if (!gateway.providersFile) return;
    new k8s.KubeConfigMap(this, 'files', {
      metadata: { ...this.metadata, name: FILES_CONFIG_MAP },
      data: { [PROVIDERS_KEY]: gateway.providersFile },
    });
  }

  private deployment(config: DeploymentConfig): void {
    const { gateway } = config;
    const contents = JSON.stringify([gateway.variables, gateway.providersFile]);
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: this.metadata,
      spec: {
        // Left to the autoscaler where there is one: applying again must not set it back.
        ...(!gateway.autoscaling && { replicas: gateway.replicas }),
        // Never fewer than wanted: a new pod is ready before an old one is told to go.
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
        },
        selector: { matchLabels: this.podLabels },
        template: {
          metadata: {
            labels: labelsOf(GATEWAY),
            // Rolls the pods when the configuration changes.
            annotations: { 'checksum/config': createHash('sha256').update(contents).digest('hex') },
          },
          spec: podOf(config, this.podLabels),
        },
      },
    });
  }

  private scaling({ gateway }: DeploymentConfig): void {
    const { autoscaling } = gateway;
    if (autoscaling) {
      new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
        metadata: this.metadata,
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: GATEWAY },
          minReplicas: autoscaling.min,
          maxReplicas: autoscaling.max,
          metrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: autoscaling.cpu } },
            },
          ],
          // Each pod that goes has streams to finish.
          behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
        },
      });
    }
    if ((autoscaling?.min ?? gateway.replicas) > 1) {
      new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
        metadata: this.metadata,
        spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: this.podLabels } },
      });
    }
    if (gateway.serviceMonitor) {
      new ApiObject(this, 'service-monitor', {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata: this.metadata,
        spec: { selector: { matchLabels: this.podLabels }, endpoints: [{ port: 'metrics', interval: '30s' }] },
      });
    }
  }
}

function podOf(config: DeploymentConfig, labels: Record<string, string>): k8s.PodSpec {
  const { gateway } = config;
  const { autoscaling, providersFile } = gateway;
  return {
    ...podSecurity(USER_ID, config),
    terminationGracePeriodSeconds: Math.ceil(gateway.config.server.shutdownGracePeriod / 1000) + BEYOND_GRACE,
    ...((autoscaling?.max ?? gateway.replicas) > 1 && { topologySpreadConstraints: spread(labels) }),
    containers: [
      {
        name: GATEWAY,
        image: config.images.gateway,
        imagePullPolicy: 'IfNotPresent',
        // Of two equal names the later counts: what was checked is not overridden by what stands in a Secret.
        envFrom: [{ secretRef: { name: config.secretNames.gateway } }, { configMapRef: { name: GATEWAY } }],
        ports: [
          { name: 'http', containerPort: PORTS.gateway },
          { name: 'metrics', containerPort: PORTS.metrics },
        ],
        startupProbe: { ...httpGet('/health', 'http'), periodSeconds: 1, failureThreshold: 60 },
        readinessProbe: {
          ...httpGet('/health/ready', 'http'),
          periodSeconds: 2,
          timeoutSeconds: 2,
          failureThreshold: 2,
        },
        livenessProbe: { ...httpGet('/health', 'http'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        resources: resourcesOf(gateway.resources),
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [
          // A folder, not a file by subPath: those never see the ConfigMap change.
          { name: 'authority', mountPath: AUTHORITY_DIRECTORY, readOnly: true },
          ...(providersFile ? [{ name: 'files', mountPath: PROVIDERS_DIRECTORY, readOnly: true }] : []),
        ],
      },
    ],
    volumes: [
      {
        name: 'authority',
        configMap: {
          name: AUTHORITY_CONFIG_MAP,
          items: [{ key: AUTHORITY_KEY, path: AUTHORITY_FILE.slice(AUTHORITY_DIRECTORY.length + 1) }],
        },
      },
      ...(providersFile ? [{ name: 'files', configMap: { name: FILES_CONFIG_MAP } }] : []),
    ],
  };
}
