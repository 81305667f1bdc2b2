import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DeploymentConfig } from '../deployment.ts';
import { FIELD_MANAGER, GATEWAY_NAMESPACE, IDENTITY_NAMESPACE } from '../names.ts';
import { chartsOf, type Part, synthesize } from '../synth.ts';
import type { Cluster } from './connect.ts';
import { describe, type ObjectReference, read } from './objects.ts';
import { prune } from './prune.ts';
import type { Report } from './report.ts';
import { TaskError } from './task-error.ts';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const MOST_OUTPUT = 64 * 2 ** 20;

const PARTS: readonly Part[] = ['namespaces', 'identity', 'gateway'];
/** Where what a part no longer names would be. */
const NAMESPACES: Readonly<Partial<Record<Part, string>>> = {
  identity: IDENTITY_NAMESPACE,
  gateway: GATEWAY_NAMESPACE,
};

/** The objects of one part of a deployment. */
export const manifestsOf = (config: DeploymentConfig, part: Part): ObjectReference[] => chartsOf(config)[part].toJson();

/** Writes all manifests below `dist/`. Returns the folder, from the top of the project. */
export function writeManifests(config: DeploymentConfig): string {
  const directory = `dist/${config.name}`;
  synthesize(config, `${TOP}${directory}`);
  return directory;
}

/**
 * Applies one part that {@link writeManifests} wrote, and says what changed. Server-side (Kubernetes documentation,
 * "Server-Side Apply"): the fields of the manifests become as they say, others stay.
 *
 * kubectl sends the files as they are. The JavaScript client would not: its models rename fields, and leave out the `from`
 * of a NetworkPolicy, which opens it to everyone.
 *
 * @throws TaskError with the cluster's words when it refuses one
 */
export async function applyPart(cluster: Cluster, config: DeploymentConfig, part: Part, report: Report): Promise<void> {
  const manifests = manifestsOf(config, part);
  const before = new Map<string, string | undefined>();
  for (const manifest of manifests) {
    before.set(describe(manifest), (await read(cluster, manifest))?.metadata?.resourceVersion);
  }
  const after = await kubectlApply(cluster.context, `${TOP}dist/${config.name}/${part}.yaml`);
  warnOfStrangers(manifests, after, report);
  const changed = after.filter((object) => before.get(describe(object)) !== object.metadata.resourceVersion);
  for (const object of changed) {
    report.line(`  ${before.get(describe(object)) ? 'changed' : 'created'} ${describe(object)}`);
  }
  const namespace = NAMESPACES[part];
  if (namespace)
    await prune(
      cluster,
      namespace,
      PARTS.flatMap((each) => manifestsOf(config, each)),
      report,
    );
  if (changed.length === 0) report.line(`  nothing to change in ${part}.yaml`);
}

/** Server-side apply leaves keys that people added to a ConfigMap, and the gateway reads them all the same. */
function warnOfStrangers(
  manifests: readonly ObjectReference[],
  applied: readonly AppliedObject[],
  report: Report,
): void {
  for (const { data: wanted = {}, ...manifest } of manifests as readonly AppliedObject[]) {
    const { data = {} } = applied.find((object) => describe(object) === describe(manifest)) ?? {};
    const strangers =
      manifest.kind === 'ConfigMap' ? Object.keys(data).filter((key) => !Object.hasOwn(wanted, key)) : [];
    if (strangers.length === 0) continue;
    report.line(
      `  warning: ${describe(manifest)} also holds ${strangers.join(', ')}, which the deployment does not name`,
    );
  }
}

interface AppliedObject extends ObjectReference {
  readonly metadata: ObjectReference['metadata'] & { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

function kubectlApply(context: string, file: string): Promise<AppliedObject[]> {
  const args = ['--context', context, 'apply', '--server-side', '--force-conflicts', '--field-manager', FIELD_MANAGER];
  return new Promise((resolve, reject) => {
    execFile(
      'kubectl',
      [...args, '--filename', file, '--output', 'json'],
      { maxBuffer: MOST_OUTPUT },
      (error, output, errors) => {
        if (!error) {
          const { items, ...single } = JSON.parse(output) as { items?: AppliedObject[] };
          return resolve(items ?? [single as AppliedObject]);
        }
        const missing = error.code === 'ENOENT';
        reject(
          new TaskError(
            missing
              ? 'kubectl is missing. Get it from https://kubernetes.io/docs/tasks/tools.'
              : `The cluster does not take ${file.slice(TOP.length)}:\n${errors.trim()}`,
          ),
        );
      },
    );
  });
}
