import { readdirSync } from 'node:fs';
import { type DeploymentConfig, DeploymentError, type DeploymentInput, parseDeployment } from './deployment.ts';

const DIRECTORY = new URL('deployments/', import.meta.url);

/** Names of the deployment files. */
export const deploymentNames = (): string[] =>
  readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();

/**
 * Reads and checks `infra/deployments/<name>.ts`.
 *
 * @throws DeploymentError when there is none, or it cannot be used
 */
export async function loadDeployment(name: string): Promise<DeploymentConfig> {
  const names = deploymentNames();
  if (!names.includes(name)) {
    throw new DeploymentError(name, [
      `there is no infra/deployments/${name}.ts; DEPLOYMENT is one of ${names.join(', ')}`,
    ]);
  }
  const { deployment }: { deployment?: DeploymentInput } = await import(new URL(`${name}.ts`, DIRECTORY).href);
  if (!deployment) throw new DeploymentError(name, [`infra/deployments/${name}.ts exports no \`deployment\``]);
  return parseDeployment(name, deployment);
}
