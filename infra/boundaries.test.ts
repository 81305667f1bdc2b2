import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMPORT = /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm;

const sources = globSync('infra/**/*.ts', { cwd: ROOT }).filter((file) => !/\.test\.ts$|\/testing\//.test(file));

const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, , from, bare]) => from ?? bare ?? '');

/** A file and everything that it imports of ours, directly or not. */
function closureOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const target of importsOf(file).filter((name) => /^\..*\.ts$/.test(name))) {
    closureOf(join(dirname(file), target), found);
  }
  return found;
}

test('of the gateway infra imports its configuration alone, so that it can be built and changed without it', () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.includes('/gateway/') && !/\/gateway\/config(\/\w+)?\.ts$/.test(target))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('synth reaches no cluster, network, process, clock or chance: the same input must give the same bytes', () => {
  const files = [...closureOf('infra/synth.ts')].filter((file) => file.startsWith('infra/'));
  expect(files.length).toBeGreaterThan(15);
  const packages = files.flatMap((file) => importsOf(file).filter((target) => !/^\./.test(target)));
  expect([...new Set(packages)].sort()).toEqual([
    'cdk8s',
    'cdk8s-plus-28',
    'constructs',
    'node:crypto',
    'node:fs',
    'node:net',
    'yaml',
    'zod',
  ]);
  const impure = files.filter((file) =>
    /\bprocess\.|Date\.now|new Date\(\)|Math\.random|randomBytes|randomUUID/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  );
  expect(impure).toEqual([]);
});

test('only tasks touch the process; everything else is told what it needs', () => {
  const wrong = sources.filter(
    (file) =>
      !/^infra\/(tasks\/|cluster\/tool\.ts$)/.test(file) && /\bprocess\./.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
