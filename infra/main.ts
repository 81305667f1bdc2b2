import { writeManifests } from './cluster/manifests.ts';
import { task } from './tasks/task.ts';

/** Writes the manifests of `DEPLOYMENT` (local) to `dist/<deployment>/`. */
await task(async ({ config, report, print }) => {
  for (const warning of config.gateway.warnings) report.line(`warning: ${warning}`);
  print(`${writeManifests(config)}: namespaces.yaml, identity.yaml, gateway.yaml`);
});
