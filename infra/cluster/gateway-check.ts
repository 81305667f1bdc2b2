import { request } from 'undici';
import type { DeploymentConfig } from '../deployment.ts';
import { publicHosts } from '../public-hosts.ts';
import { type Cluster, reasonOf } from './connect.ts';
import { type Attempt, eventually } from './eventually.ts';
import { forwardedWay, publicWay, type Way } from './reach.ts';
import type { Report } from './report.ts';
import { TaskError } from './task-error.ts';
import { fetchToken } from './token.ts';

const ANSWER_MS = 10_000;

/**
 * Asks the gateway twice, through its public address where it has one: without a token, which must be refused with 401, and
 * with a token of the client, which must be let in with 200.
 *
 * @param seconds the longest wait for the address
 * @returns where it answered: `10.0.0.1:443`, or `port-forward`
 * @throws TaskError with what it answered instead
 */
export async function checkGateway(
  cluster: Cluster,
  config: DeploymentConfig,
  seconds: number,
  report: Report,
): Promise<string> {
  const way = await wayToGateway(cluster, config, seconds, report);
  try {
    const where = `${way.origin}/v1/models (through ${way.through})`;
    const refused = await ask(way);
    if (refused.status !== 401)
      throw new TaskError(`Without a token ${where} answers ${refused.status}, not 401: ${refused.text}`);
    report.line(`  401 without a token: ${where}`);
    const token = await fetchToken(cluster, config, 'client_credentials');
    const admit = async (): Promise<Attempt<void>> => {
      const { status, text } = await ask(way, token);
      if (status === 200) return { value: undefined };
      const waiting = `With a good token ${where} answers ${status}, not 200: ${text}`;
      if (status < 500) throw new TaskError(waiting);
      return { waiting };
    };
    await eventually(admit, seconds, report, (waiting) => waiting);
    report.line(`  200 with a token: ${where}`);
    return way.through;
  } finally {
    await way.close();
  }
}

async function wayToGateway(cluster: Cluster, config: DeploymentConfig, seconds: number, report: Report): Promise<Way> {
  const target = publicHosts(config).api;
  if (config.exposure.mode === 'none') return forwardedWay(cluster, config, target);
  const look = async (): Promise<Attempt<Way>> => {
    const way = await publicWay(cluster, config, target);
    if (!way) {
      const advice = 'Does the Ingress or Gateway controller run, and can this machine reach it?';
      return { waiting: `https://${target.host} shows no certificate of that host. ${advice}` };
    }
    // A controller that does not know the new address yet answers for the host all the same: 404, or 503 before it knows the pods.
    const { status } = await ask(way);
    if (status !== 404 && status < 500) return { value: way };
    await way.close();
    return { waiting: `https://${target.host} answers ${status}` };
  };
  return eventually(look, seconds, report, (waiting) => `After ${seconds} s ${waiting}`);
}

async function ask(way: Way, token?: string): Promise<{ status: number; text: string }> {
  try {
    const { statusCode, body } = await request(`${way.origin}/v1/models`, {
      dispatcher: way.dispatcher,
      headers: { ...(token && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: statusCode, text: (await body.text()).slice(0, 500) };
  } catch (error) {
    return { status: 599, text: reasonOf(error) };
  }
}
