import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** Where and with what a benchmark ran. */
export interface Machine {
  readonly summary: string;
  readonly versions: string;
  /** Year, month and day. */
  readonly date: string;
}

const PACKAGES = ['hono', '@hono/node-server', 'undici', 'jose', 'pino', 'prom-client', 'autocannon'];
const GIB = 1024 ** 3;

export function describeMachine(): Machine {
  const model = cpus()[0]?.model.trim() || 'unknown CPU';
  const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`);
  return {
    summary: `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / GIB)} GiB, ${type()} ${release()}`,
    versions: [`Node ${process.versions.node}`, ...versions].join(', '),
    date: new Date().toISOString().slice(0, 10),
  };
}

function versionOf(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
