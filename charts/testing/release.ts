import { expect } from 'vitest';
import { GATEWAY } from '../../infra/names.ts';
import { applyObjects, kubectl, list } from '../../infra/testing/kubectl.ts';
import { type Finished, run } from '../../infra/testing/run.ts';

/** The chart as the documentation names it, from the top folder. */
const CHART = './charts/inference-gateway';

/** Runs helm at the context of the installation, in a namespace, and gives what it printed. Throws when it fails. */
export async function helmIn(namespace: string, ...args: string[]): Promise<string> {
  const finished = await tryHelmIn(namespace, ...args);
  if (finished.code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${finished.code}: ${finished.stderr}`);
  return finished.stdout;
}

/** The same, whatever it ends with. */
export function tryHelmIn(namespace: string, ...args: string[]): Promise<Finished> {
  const context = process.env['KUBE_CONTEXT'];
  return run('helm', [...args, '--namespace', namespace, ...(context ? ['--kube-context', context] : [])]);
}

/** `helm upgrade --install`, and what it says at its end. */
export const upgrade = (namespace: string, ...flags: readonly string[]): Promise<string> =>
  helmIn(namespace, 'upgrade', '--install', GATEWAY, CHART, '--create-namespace', ...flags);

/** Objects that someone made by hand, and a check that they are as they were. */
export async function ownObjects(namespace: string, ...objects: readonly object[]): Promise<() => Promise<void>> {
  await applyObjects(...objects.map((object) => withNamespace(object, namespace)));
  const now = async () => {
    const found = await list(['configmap,secret', '--namespace', namespace, '--show-managed-fields']);
    return found
      .filter(({ metadata }) => metadata?.managedFields?.some(({ manager }) => manager === 'gatehouse-tests'))
      .map(({ kind, metadata }) => `${kind} ${metadata?.name} ${metadata?.resourceVersion}`);
  };
  const before = await now();
  expect(before).toHaveLength(objects.length);
  return async () => expect(await now()).toEqual(before);
}

function withNamespace(object: object, namespace: string): object {
  const metadata = 'metadata' in object ? (object.metadata as object) : {};
  return { ...object, metadata: { ...metadata, namespace } };
}

/** Kinds and names of what a namespace holds of a release. */
export async function objectsOf(namespace: string): Promise<string[]> {
  const kinds = 'deployment,service,configmap,serviceaccount,networkpolicy,poddisruptionbudget,ingress,pod';
  const selector = 'app.kubernetes.io/managed-by=Helm';
  const text = await kubectl(['--namespace', namespace, 'get', kinds, '--selector', selector, '--output', 'name']);
  return text.trim().split('\n').filter(Boolean);
}
