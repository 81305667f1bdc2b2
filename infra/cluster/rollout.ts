import type { V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import type { Cluster } from './connect.ts';
import { type Attempt, eventually } from './eventually.ts';
import { describe, type ObjectReference, read } from './objects.ts';
import { type PodFailure, podFailure } from './pod-failure.ts';
import type { Report } from './report.ts';
import { TaskError } from './task-error.ts';

type Workload = V1Deployment | V1StatefulSet;

/** An autoscaler adds a node within some minutes. */
const PATIENCE = 180;

/**
 * Waits until the newest version of a Deployment or StatefulSet runs with all its replicas, and says what it waits for.
 *
 * @param seconds the longest wait
 * @param patience seconds that a pod may wait for a node or a volume
 * @throws TaskError with the pod's own words when a pod cannot become ready, or the time is over
 */
export async function rolledOut(
  cluster: Cluster,
  reference: ObjectReference,
  seconds: number,
  report: Report,
  patience = PATIENCE,
): Promise<void> {
  const name = describe(reference);
  const look = async (): Promise<Attempt<void>> => {
    const workload = await read<Workload>(cluster, reference);
    if (!workload) throw new TaskError(`${name} is gone; someone deleted it meanwhile.`);
    const progress = progressOf(workload);
    if (progress === 'done') return { value: undefined };
    const failures = await failuresOf(cluster, workload, patience * 1000);
    const final = failures.find((failure) => failure.final);
    if (final) throw new TaskError(`${name} cannot become ready.\n  ${final.pod}: ${final.reason}`);
    const [failure] = failures;
    return { waiting: `${name}: ${failure ? `${failure.pod}: ${failure.reason}` : progress}` };
  };
  await eventually(look, seconds, report, (waiting) => `Not ready after ${seconds} s: ${waiting}`);
}

/** As `kubectl rollout status` sees it. */
function progressOf({ metadata, spec, status }: Workload): string {
  const wanted = spec?.replicas ?? 1;
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 1)) return 'not looked at yet';
  const { updatedReplicas = 0, readyReplicas = 0, replicas = 0 } = status ?? {};
  if (updatedReplicas < wanted) return `${updatedReplicas} of ${wanted} pods are new`;
  if (readyReplicas < wanted) return `${readyReplicas} of ${wanted} pods are ready`;
  // Old pods that finish their answers are not counted once they terminate, so this ends before they do.
  return replicas > wanted ? `${replicas - wanted} old pods are still there` : 'done';
}

async function failuresOf(cluster: Cluster, workload: Workload, patienceMs: number) {
  const selector = Object.entries(workload.spec?.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const { items } = await cluster.core.listNamespacedPod({
    namespace: workload.metadata?.namespace ?? '',
    labelSelector: selector.join(','),
  });
  const found: (PodFailure & { pod: string })[] = [];
  for (const pod of items.filter(isNewest)) {
    const failure = await podFailure(cluster, pod, patienceMs);
    if (failure) found.push({ pod: pod.metadata?.name ?? '', ...failure });
  }
  return found;
}

const isNewest = (pod: V1Pod, _: number, all: V1Pod[]) =>
  !pod.metadata?.deletionTimestamp && hashOf(pod) === newestHash(all);

const hashOf = ({ metadata }: V1Pod) =>
  metadata?.labels?.['pod-template-hash'] ?? metadata?.labels?.['controller-revision-hash'];

const newestHash = (pods: V1Pod[]) => hashOf([...pods].sort((a, b) => created(b) - created(a))[0] ?? {});

const created = ({ metadata }: V1Pod) => metadata?.creationTimestamp?.getTime() ?? 0;
