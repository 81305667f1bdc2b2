import { CoreV1Api, KubeConfig, KubernetesObjectApi, VersionApi } from '@kubernetes/client-node';
import type { DeploymentConfig } from '../deployment.ts';
import { TaskError } from './task-error.ts';

/** A cluster that a deployment may go to, and that answered. */
export interface Cluster {
  readonly context: string;
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  /** Any kind of object. */
  readonly objects: KubernetesObjectApi;
}

const ANSWER_MS = 10_000;

/**
 * Connects to the cluster of kubectl's current context, or of `KUBE_CONTEXT`.
 *
 * @throws TaskError when there is no kubeconfig, the deployment may not go to that context, or the cluster does not answer
 */
export async function connect(
  deployment: Pick<DeploymentConfig, 'name' | 'contexts'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Cluster> {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new TaskError(
      `The kubeconfig cannot be read: ${reasonOf(error)}. Set KUBECONFIG to the file of your cluster.`,
    );
  }
  const told = environment['KUBE_CONTEXT'];
  if (told) config.setCurrentContext(told);
  const context = config.getCurrentContext();
  if (!config.getContextObject(context) || context === 'loaded-context') {
    const known = config.getContexts().map(({ name }) => name);
    throw new TaskError(
      told
        ? `The kubeconfig has no context ${told}; it has ${known.join(', ') || 'none'}. Set KUBE_CONTEXT to one of them.`
        : 'There is no cluster to deploy to. `task cluster-up` makes one on this machine; or set KUBECONFIG to the file of yours.',
    );
  }
  if (!told && !deployment.contexts.some((pattern) => matches(context, pattern))) {
    throw new TaskError(
      `The deployment ${deployment.name} goes to the contexts ${deployment.contexts.join(', ')}, and kubectl's is ${context}. ` +
        `If you mean it: KUBE_CONTEXT=${context} task …, or add it to contexts of the deployment.`,
    );
  }
  await answers(config, context);
  return {
    context,
    config,
    core: config.makeApiClient(CoreV1Api),
    objects: KubernetesObjectApi.makeApiClient(config),
  };
}

/** Whether a name fits a pattern in which `*` stands for any characters. */
function matches(name: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(name);
}

async function answers(config: KubeConfig, context: string): Promise<void> {
  const server = config.getCurrentCluster()?.server ?? 'its address';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  });
  try {
    await Promise.race([config.makeApiClient(VersionApi).getCode(), late]);
  } catch (error) {
    throw new TaskError(
      `The cluster of the context ${context} does not answer at ${server} (${reasonOf(error)}). Is it running? \`kubectl version\` asks the same.`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** The shortest true account of an error: the innermost cause, or the API server's own message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('body' in error) return messageOfBody(error.body) ?? error.message;
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
}

function messageOfBody(body: unknown): string | undefined {
  try {
    const status: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    if (typeof status === 'object' && status !== null && 'message' in status) return String(status.message);
  } catch {
    // Not a Status of the API server: a proxy's page, say.
  }
  return undefined;
}
