import { TaskError } from '../cluster/task-error.ts';
import { runTool } from '../cluster/tool.ts';
import { clusterTask } from './task.ts';

/** How a kind of cluster takes an image, by the name of its context. */
const LOADERS: readonly {
  context: RegExp;
  command: (image: string, name: string) => [string, ...string[]];
  how: string;
}[] = [
  {
    context: /^kind-(.+)$/,
    command: (image, name) => ['kind', 'load', 'docker-image', image, '--name', name],
    how: 'https://kind.sigs.k8s.io',
  },
  {
    context: /^k3d-(.+)$/,
    command: (image, name) => ['k3d', 'image', 'import', image, '--cluster', name],
    how: 'https://k3d.io',
  },
  {
    context: /^(minikube)$/,
    command: (image) => ['minikube', 'image', 'load', image],
    how: 'https://minikube.sigs.k8s.io',
  },
];
/** Their nodes use the images of this machine's own container engine. */
const SHARED = /^(docker-desktop|orbstack|rancher-desktop|colima.*)$/;

/** Brings the gateway's image into the cluster. `IMAGE_LOAD` is a command of one's own, with the image's name in `$IMAGE`. */
await clusterTask(async ({ cluster, config, environment, report }) => {
  const [image = ''] = config.images.gateway.split('@');
  const own = environment['IMAGE_LOAD'];
  const loader = LOADERS.find(({ context }) => context.test(cluster.context));
  if (own) {
    await runTool('sh', ['-c', own], 'It runs IMAGE_LOAD.', { environment: { IMAGE: image } });
  } else if (loader) {
    const [program, ...args] = loader.command(image, loader.context.exec(cluster.context)?.[1] ?? '');
    await runTool(program, args, `It loads images into this cluster: ${loader.how}`);
  } else if (!SHARED.test(cluster.context)) {
    throw new TaskError(
      `How the cluster of ${cluster.context} takes an image is not known. Push ${image} to a registry that it can pull from, ` +
        `or say IMAGE_LOAD='command with $IMAGE'.`,
    );
  }
  report.line(`${image} is in ${cluster.context}. Next: task deploy-infrastructure`);
});
