import { fileURLToPath } from 'node:url';
import { inject, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../infra/testing/deployments.ts';
import { type Finished, run } from '../../infra/testing/run.ts';

/** The chart's folder. */
export const CHART = fileURLToPath(new URL('../inference-gateway', import.meta.url));
/** A Helm that was built without its release's numbers takes the cluster for an old one. */
const CLUSTER_VERSION = ['--kube-version', '1.34.0'];

/** Runs helm to its end, whatever it ends with. Rejects when it cannot be started. */
export const helm = (args: readonly string[], input?: string): Promise<Finished> =>
  run('helm', args, input === undefined ? {} : { input });

/** Values of the chart, as a user's file has them. */
export type Values = Readonly<Record<string, unknown>>;

/** Renders the chart with values of a file and arguments of the command line. */
export function template(values: Values = {}, ...args: string[]): Promise<Finished> {
  const release = ['--name-template', 'inference-gateway', '--namespace', 'inference-gateway'];
  const place = ['template', CHART, ...release, ...CLUSTER_VERSION];
  return helm([...place, '--values', '-', ...args], JSON.stringify(values));
}

/** The objects that the chart makes of values. Throws with helm's words when it refuses them. */
export async function render(values: Values = {}, ...args: string[]): Promise<Manifest[]> {
  const { code, stdout, stderr } = await template(values, ...args);
  if (code !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout)
    .map((document) => document.toJSON() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** What helm says to values that the chart refuses. Throws when it takes them. */
export async function refusal(values: Values, ...args: string[]): Promise<string> {
  const { code, stderr } = await template(values, ...args);
  if (code === 0) throw new Error('the chart takes these values');
  return stderr;
}

/** The one object of a kind, by its name where there are more. Throws when it is not there. */
export function theOne(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const [found, ...more] = manifests.filter((one) => one.kind === kind && (!name || one.metadata.name === name));
  if (!found || more.length > 0) throw new Error(`there are ${found ? more.length + 1 : 0} of ${kind} ${name ?? ''}`);
  return found;
}

/** Names of the objects of a kind. */
export const namesOf = (manifests: readonly Manifest[], kind: string): string[] =>
  manifests.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);

/** The pod that the chart's Deployment makes, and its one container. */
export function podOf(manifests: readonly Manifest[]) {
  const { metadata, spec: pod } = theOne(manifests, 'Deployment').spec.template;
  return { metadata, pod, container: pod.containers[0] };
}

/** A test that needs helm. Without it it is skipped, and says how to get it. */
export const chartTest = test.extend<{ helmPresent: true }>({
  helmPresent: [
    async ({ skip }, use) => {
      const missing = inject('helmMissing');
      if (missing) return skip(missing);
      await use(true);
    },
    { auto: true },
  ],
});
