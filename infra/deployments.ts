import { existsSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DeploymentConfig, DeploymentError, type DeploymentInput, parseDeployment } from './deployment.ts';

const DIRECTORY = new URL('deployments/', import.meta.url);
const ENDING = '.ts';

/** Names of the deployment files. */
export const deploymentNames = (): string[] =>
  readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();

/**
 * Reads and checks a deployment file.
 *
 * @param told its name, for `infra/deployments/<name>.ts`, or the path of a file elsewhere, ending with `.ts`
 * @throws DeploymentError when there is none, or it cannot be used
 */
export async function loadDeployment(told: string): Promise<DeploymentConfig> {
  const elsewhere = told.endsWith(ENDING);
  const name = elsewhere ? basename(told, ENDING) : told;
  const file = elsewhere ? pathToFileURL(resolve(told)) : new URL(`${told}${ENDING}`, DIRECTORY);
  if (elsewhere ? !existsSync(file) : !deploymentNames().includes(told)) {
    const ways = `DEPLOYMENT is one of ${deploymentNames().join(', ')}, or the path of a file that ends with .ts`;
    throw new DeploymentError(told, [`there is no such file; ${ways}`]);
  }
  // It becomes a folder's name under dist/.
  if (!/^[a-z0-9][\w.-]*$/i.test(name)) throw new DeploymentError(told, ['name the file by letters, digits, - and _']);
  const { deployment }: { deployment?: DeploymentInput } = await import(file.href);
  if (!deployment) throw new DeploymentError(name, [`${told} exports no \`deployment\``]);
  return parseDeployment(name, deployment);
}
