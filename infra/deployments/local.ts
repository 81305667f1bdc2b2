import type { DeploymentInput } from '../deployment.ts';

/** Everything in one cluster to try it out: a kind, k3d or minikube cluster on this machine, say. */
export const deployment: DeploymentInput = {
  contexts: ['kind-*', 'k3d-*', 'minikube', 'docker-desktop', 'rancher-desktop', 'orbstack', 'colima*', 'single-node'],
  hosts: { api: 'api.inference-gateway.local', keycloak: 'keycloak.inference-gateway.local' },
  database: { mode: 'embedded', storage: '1Gi' },
  tls: { mode: 'self-signed' },
  secrets: { mode: 'generate' },
  exposure: { mode: 'ingress' },
  // Where Contour, Traefik (in k3s: kube-system) and ingress-nginx live by default.
  controllerNamespaces: ['projectcontour', 'traefik', 'kube-system', 'ingress-nginx'],
  keycloak: {
    console: true,
    demoUser: true,
    resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: '4', memory: '2Gi' } },
  },
  gateway: {
    // The demo model of examples/kubernetes.
    providers: { demo: { url: 'http://demo-model.demo-model.svc:8000/v1', key: 'none' } },
  },
};
