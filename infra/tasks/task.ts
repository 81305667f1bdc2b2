import { ApiException } from '@kubernetes/client-node';
import { Agent, setGlobalDispatcher } from 'undici';
import { type Cluster, connect, reasonOf } from '../cluster/connect.ts';
import { type Report, reportTo } from '../cluster/report.ts';
import { TaskError } from '../cluster/task-error.ts';
import { type DeploymentConfig, DeploymentError } from '../deployment.ts';
import { loadDeployment } from '../deployments.ts';

const EXIT_CONFIG = 78;
const EXIT_INTERRUPTED = 130;

/** What every task works with. */
export interface TaskContext {
  readonly config: DeploymentConfig;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** To standard error. */
  readonly report: Report;
  /** To standard output: the result, and nothing else. */
  readonly print: (text: string) => void;
}

const complain = (text: string) => process.stderr.write(text);

/**
 * Runs a task for the deployment that `DEPLOYMENT` names (local). What went wrong is told in a sentence; a stack trace
 * is shown only for our own mistakes.
 */
export async function task(body: (context: TaskContext) => Promise<void>): Promise<void> {
  process.once('SIGINT', () => {
    complain('\nStopped. Running it again goes on where this left off.\n');
    process.exit(EXIT_INTERRUPTED);
  });
  // Whoever reads may have had enough: `task status | head -3`.
  process.stdout.on('error', () => process.exit(0));
  // Forwarded ports are this machine's own: what is said there never goes to a proxy, whatever the environment names.
  setGlobalDispatcher(new Agent());
  try {
    const config = await loadDeployment(process.env['DEPLOYMENT'] || 'local');
    await body({
      config,
      environment: process.env,
      report: reportTo(complain),
      print: (text) => process.stdout.write(`${text}\n`),
    });
    process.exit(0);
  } catch (error) {
    const known = error instanceof TaskError || error instanceof DeploymentError;
    if (known) complain(`${error.message}\n`);
    else if (error instanceof ApiException) complain(`The cluster refuses (${error.code}): ${reasonOf(error)}\n`);
    else throw error;
    process.exit(error instanceof DeploymentError ? EXIT_CONFIG : 1);
  }
}

/** As {@link task}, with the cluster that the deployment may go to. */
export const clusterTask = (
  body: (context: TaskContext & { readonly cluster: Cluster }) => Promise<void>,
): Promise<void> =>
  task(async (context) => body({ ...context, cluster: await connect(context.config, context.environment) }));
