import { fileURLToPath } from 'node:url';
import { DeploymentError } from './deployment.ts';
import { loadDeployment } from './deployments.ts';
import { synthesize } from './synth.ts';

/** Writes the manifests of `DEPLOYMENT` (local) to `dist/<deployment>/`. */
try {
  const config = await loadDeployment(process.env['DEPLOYMENT'] || 'local');
  const directory = `dist/${config.name}`;
  synthesize(config, fileURLToPath(new URL(`../${directory}`, import.meta.url)));
  for (const warning of config.gateway.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(`${directory}: namespaces.yaml, identity.yaml, gateway.yaml\n`);
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 78;
}
