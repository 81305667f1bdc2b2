import { fileURLToPath } from 'node:url';
import type { DeploymentConfig } from '../deployment.ts';
import { chartsOf, type Part, synthesize } from '../synth.ts';
import type { Cluster } from './connect.ts';
import { type Applied, apply, describe, type ObjectReference } from './objects.ts';
import type { Report } from './report.ts';

/** The objects of one part of a deployment. */
export const manifestsOf = (config: DeploymentConfig, part: Part): ObjectReference[] => chartsOf(config)[part].toJson();

/** Writes all manifests below `dist/`, for people and for `task diff`. Returns the folder, from the top of the project. */
export function writeManifests(config: DeploymentConfig): string {
  const directory = `dist/${config.name}`;
  synthesize(config, fileURLToPath(new URL(`../../${directory}`, import.meta.url)));
  return directory;
}

/** Applies one part, and says what changed. */
export async function applyPart(cluster: Cluster, config: DeploymentConfig, part: Part, report: Report): Promise<void> {
  const manifests = manifestsOf(config, part);
  const counts: Record<Applied, number> = { created: 0, changed: 0, unchanged: 0 };
  for (const manifest of manifests) {
    const applied = await apply(cluster, manifest);
    counts[applied] += 1;
    if (applied !== 'unchanged') report.line(`  ${applied} ${describe(manifest)}`);
  }
  if (counts.unchanged === manifests.length) report.line(`  nothing to change in ${part}.yaml`);
}
