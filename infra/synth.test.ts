import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { deploymentNames, loadDeployment } from './deployments.ts';
import { synthesize } from './synth.ts';
import { COMBINATIONS } from './testing/combinations.ts';

function bytesOf(config: Parameters<typeof synthesize>[0]): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    synthesize(config, directory);
    return Object.fromEntries(
      readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test.each(deploymentNames())(
  '%s: the same input gives the same bytes, whatever the clock, chance and place',
  async (name) => {
    const first = bytesOf(await loadDeployment(name));
    vi.useFakeTimers({ now: new Date('2031-07-01') });
    vi.spyOn(Math, 'random').mockReturnValue(0.42);
    try {
      expect(bytesOf(await loadDeployment(name))).toEqual(first);
    } finally {
      vi.useRealTimers();
      vi.restoreAllMocks();
    }
    expect(Object.keys(first).sort()).toEqual(['gateway.yaml', 'identity.yaml', 'namespaces.yaml']);
  },
);

test('no manifest carries a secret value outside mode inline', () => {
  for (const [name, config, manifests] of COMBINATIONS) {
    const secrets = manifests.filter(({ kind }) => kind === 'Secret');
    const carrying = secrets.filter(({ data, stringData }) => data !== undefined || stringData !== undefined);
    expect(carrying.length > 0, name).toBe(config.secrets.mode === 'inline');
    if (config.secrets.mode !== 'inline') expect(secrets, name).toEqual([]);
  }
  expect(COMBINATIONS.length).toBeGreaterThan(400);
});

test('no name carries a hash, and every object has its namespace', () => {
  for (const [name, , manifests] of COMBINATIONS) {
    for (const { kind, metadata } of manifests) {
      expect(metadata.name, name).not.toMatch(/-c8[0-9a-f]{6}/);
      expect(Boolean(metadata.namespace), `${name}: ${kind} ${metadata.name}`).toBe(kind !== 'Namespace');
    }
  }
});

test('two objects never have the same kind, namespace and name', () => {
  for (const [name, , manifests] of COMBINATIONS) {
    const keys = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(new Set(keys).size, name).toBe(keys.length);
  }
});
