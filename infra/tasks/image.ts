import { fileURLToPath } from 'node:url';
import { runTool } from '../cluster/tool.ts';
import { VERSION } from '../names.ts';
import { task } from './task.ts';

/** Builds the image that the deployment names, with `CONTAINER_TOOL` (docker). */
await task(async ({ config, environment, report }) => {
  const tool = environment['CONTAINER_TOOL'] || 'docker';
  const [image = ''] = config.images.gateway.split('@');
  const top = fileURLToPath(new URL('../..', import.meta.url));
  await runTool(
    tool,
    ['build', '--file', `${top}gateway/Dockerfile`, '--build-arg', `VERSION=${VERSION}`, '--tag', image, top],
    'Install it, or say CONTAINER_TOOL=podman (or nerdctl, buildah).',
  );
  report.line(`Built ${image}. Next: task image-load, or push it to a registry that the cluster can pull from.`);
});
