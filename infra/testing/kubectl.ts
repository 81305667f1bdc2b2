import type { KubernetesObject } from '@kubernetes/client-node';
import { type Finished, run } from './run.ts';

/** Runs kubectl at the context of the installation, whatever it ends with. */
export function tryKubectl(args: readonly string[], input?: string): Promise<Finished> {
  const context = process.env['KUBE_CONTEXT'];
  const place = context ? ['--context', context] : [];
  return run('kubectl', [...place, ...args], input === undefined ? {} : { input });
}

/** Runs kubectl and gives what it printed. Throws with its own words when it fails. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await tryKubectl(args, input);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}

/** What `kubectl get` finds, as objects. */
export async function list<T extends KubernetesObject>(args: readonly string[]): Promise<T[]> {
  const { items } = JSON.parse(await kubectl(['get', ...args, '--output', 'json'])) as { items: T[] };
  return items;
}

/** Applies objects as they are given, and not by the models of the JavaScript client, which lose some fields. */
export async function applyObjects(...objects: readonly object[]): Promise<void> {
  const items = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await kubectl(['apply', '--server-side', '--field-manager', 'gatehouse-tests', '--filename', '-'], items);
}

/** Waits until a workload's newest version runs. */
export async function rolledOut(namespace: string, workload: string, seconds = 180): Promise<void> {
  await kubectl(['--namespace', namespace, 'rollout', 'status', workload, '--timeout', `${seconds}s`]);
}

/** A pod's uid, and how often its containers were started again. */
export async function podNow(
  namespace: string,
  name: string,
): Promise<{ name: string; uid: string; restarts: number }> {
  const pods = await podsOf(namespace, name);
  const [pod] = pods;
  if (!pod || pods.length > 1) throw new Error(`${namespace} has ${pods.length} running pods of ${name}, not one`);
  return pod;
}

interface PodJson extends KubernetesObject {
  readonly status?: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

/** The pods of a component that were not told to go. */
export async function podsOf(namespace: string, name: string) {
  const pods = await list<PodJson>(['pods', '--namespace', namespace, '--selector', `app.kubernetes.io/name=${name}`]);
  return pods
    .filter(({ metadata }) => !metadata?.deletionTimestamp)
    .map(({ metadata, status }) => ({
      name: metadata?.name ?? '',
      uid: metadata?.uid ?? '',
      restarts: (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    }));
}
