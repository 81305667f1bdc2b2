import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { type Cluster, reasonOf } from './connect.ts';

/** What is wrong with a pod. `final`: waiting longer will not help. */
export interface PodFailure {
  readonly reason: string;
  readonly final: boolean;
}

const LOG_LINES = 15;
/** A container that ended so often will not come up by itself: a first start may lose a race with its database. */
const RESTARTS = 2;
/** Events of a pod's first moments are mended by the next: a Secret that comes a second later. */
const SETTLE_MS = 10_000;

/** Container states that only a change of the manifest, or of what it names, can mend. */
const FINAL = new Set(['InvalidImageName', 'ErrImageNeverPull', 'CreateContainerConfigError', 'CreateContainerError']);
const PULL = new Set(['ErrImagePull', 'ImagePullBackOff']);

/**
 * Says what keeps a pod from being ready, in its own words: the container's state and last log lines, the scheduler's
 * message, or the volume's. Undefined while there is nothing wrong.
 *
 * @param patienceMs how old a pod may become before someone has to look that cannot be scheduled, or whose volumes cannot
 *   be mounted: the cluster tries again, and may be fetching another node
 */
export async function podFailure(
  cluster: Cluster,
  pod: V1Pod,
  patienceMs: number,
  now = Date.now(),
): Promise<PodFailure | undefined> {
  const { containerStatuses = [], initContainerStatuses = [], conditions = [] } = pod.status ?? {};
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const failure = await containerFailure(cluster, pod, status);
    if (failure) return failure;
  }
  const age = now - (pod.metadata?.creationTimestamp?.getTime() ?? now);
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) return { reason: `cannot be scheduled: ${unscheduled.message}`, final: age > patienceMs };
  const starting = containerStatuses.every(({ state }) => state?.waiting?.reason === 'ContainerCreating');
  if (starting && age > SETTLE_MS) {
    const event = await lastWarning(cluster, pod);
    if (event) return { reason: event, final: age > patienceMs };
  }
  return undefined;
}

async function containerFailure(
  cluster: Cluster,
  pod: V1Pod,
  { name, image, state, lastState, restartCount }: V1ContainerStatus,
): Promise<PodFailure | undefined> {
  const { reason, message } = state?.waiting ?? {};
  if (reason && PULL.has(reason)) {
    return {
      reason: `the image ${image} cannot be pulled. Build and load it (\`task image\`, \`task image-load\`), or name one that the cluster can pull.`,
      final: true,
    };
  }
  if (reason && FINAL.has(reason)) {
    // The kubelet gives its cache of Secrets and ConfigMaps a second, and then tries again by itself.
    const again = /failed to sync \w+ cache/.test(message ?? '');
    return { reason: `container ${name}: ${reason}: ${message}`, final: !again };
  }
  const ended = state?.terminated ?? lastState?.terminated;
  if (!ended || (ended.exitCode === 0 && !state?.waiting) || state?.running) return undefined;
  const cause =
    ended.reason === 'OOMKilled' ? 'ran out of memory; raise its limit' : `ended with code ${ended.exitCode}`;
  const lines = await lastLines(cluster, pod, name, Boolean(lastState?.terminated) && !state?.terminated);
  return {
    reason: `container ${name} ${cause}${lines}`,
    final: restartCount >= RESTARTS || ended.reason === 'OOMKilled',
  };
}

async function lastLines(cluster: Cluster, pod: V1Pod, container: string, previous: boolean): Promise<string> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  try {
    const log = await cluster.core.readNamespacedPodLog({ name, namespace, container, previous, tailLines: LOG_LINES });
    return log.trim() ? `; its last lines:\n${log.trimEnd().replace(/^/gm, '    ')}` : '; it wrote nothing';
  } catch (error) {
    return `; its log cannot be read (${reasonOf(error)})`;
  }
}

async function lastWarning(cluster: Cluster, pod: V1Pod): Promise<string | undefined> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const { items } = await cluster.core.listNamespacedEvent({
    namespace,
    fieldSelector: `involvedObject.name=${name},type=Warning`,
  });
  const newest = items.sort((a, b) => (b.lastTimestamp?.getTime() ?? 0) - (a.lastTimestamp?.getTime() ?? 0))[0];
  return newest && `${newest.reason}: ${newest.message}`;
}
