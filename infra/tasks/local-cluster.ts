import { TaskError } from '../cluster/task-error.ts';
import { runTool } from '../cluster/tool.ts';
import { task } from './task.ts';

/** Contour with Envoy on the node's ports 80 and 443. */
const CONTOUR = 'https://raw.githubusercontent.com/projectcontour/contour/v1.33.1/examples/render/contour.yaml';
const CONTOUR_CLASS = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: contour
  annotations: { ingressclass.kubernetes.io/is-default-class: "true" }
spec: { controller: projectcontour.io/ingress-controller }
`;
const KIND_CONFIG = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - { containerPort: 80, hostPort: 80, listenAddress: 127.0.0.1 }
      - { containerPort: 443, hostPort: 443, listenAddress: 127.0.0.1 }
`;
const KIND = 'Get it from https://kind.sigs.k8s.io, or say CLUSTER_TOOL=k3d.';
const KUBECTL = 'Get it from https://kubernetes.io/docs/tasks/tools.';
const K3D = 'Get it from https://k3d.io.';

async function kindUp(name: string): Promise<void> {
  await runTool('kind', ['create', 'cluster', '--name', name, '--config', '-', '--wait', '2m'], KIND, {
    input: KIND_CONFIG,
  });
  const kubectl = (args: string[], input?: string) =>
    runTool('kubectl', ['--context', `kind-${name}`, ...args], KUBECTL, input === undefined ? {} : { input });
  await kubectl(['apply', '--filename', CONTOUR]);
  await kubectl(['apply', '--filename', '-'], CONTOUR_CLASS);
  await kubectl(['--namespace', 'projectcontour', 'rollout', 'status', 'daemonset/envoy', '--timeout', '3m']);
}

/** k3s brings Traefik, a StorageClass and network policies. */
const k3dUp = (name: string): Promise<void> =>
  runTool(
    'k3d',
    [
      'cluster',
      'create',
      name,
      '--port',
      '127.0.0.1:80:80@loadbalancer',
      '--port',
      '127.0.0.1:443:443@loadbalancer',
      '--wait',
    ],
    K3D,
  );

/** Makes (`up`) or deletes (`down`) a cluster on this machine, with kind or, by `CLUSTER_TOOL`, k3d; `CLUSTER` is its name. */
await task(async ({ environment, report }) => {
  const [, , action] = process.argv;
  const name = environment['CLUSTER'] || 'gatehouse';
  const tool = environment['CLUSTER_TOOL'] || 'kind';
  if (tool !== 'kind' && tool !== 'k3d') throw new TaskError(`CLUSTER_TOOL is kind or k3d, not ${tool}.`);
  if (action === 'up') {
    await (tool === 'kind' ? kindUp(name) : k3dUp(name));
    report.line('The cluster runs. Next: task image image-load deploy-infrastructure');
  } else {
    await (tool === 'kind'
      ? runTool('kind', ['delete', 'cluster', '--name', name], KIND)
      : runTool('k3d', ['cluster', 'delete', name], K3D));
  }
});
