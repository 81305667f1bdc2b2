import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IMPORT = /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm;

/** Which folders of `gateway/` a folder may import from; what is missing may be imported for its types only. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  config: ['config'],
  auth: ['auth', 'errors', 'config'],
  authz: ['authz', 'errors', 'config'],
  http: ['http', 'errors', 'config'],
  providers: ['providers', 'errors', 'config'],
  proxy: ['proxy', 'errors', 'config'],
  telemetry: ['telemetry', 'errors', 'config'],
};
/** Packages that one folder keeps to itself. */
const OWNERS: Readonly<Record<string, readonly string[]>> = { jose: ['auth'], undici: ['proxy'] };

const sources = globSync('gateway/**/*.ts', { cwd: ROOT }).filter(
  (file) => !/\.test\.ts$|^gateway\/(test|bench)\//.test(file),
);

const roomOf = (file: string) => normalize(file).split('/')[1]?.replace(/\.ts$/, '') ?? '';

function importsOf(file: string): { typeOnly: boolean; target: string }[] {
  return [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, type, from, bare]) => ({
    typeOnly: type !== undefined,
    target: from ?? bare ?? '',
  }));
}

test('imports go one way: main, gateway, app, then the folders, then errors and config', () => {
  const wrong = sources.flatMap((file) => {
    const allowed = ALLOWED[roomOf(file)];
    return importsOf(file)
      .filter(({ target, typeOnly }) => allowed && target.startsWith('.') && !typeOnly)
      .map(({ target }) => join(dirname(file), target))
      .filter((target) => !allowed?.includes(roomOf(target)))
      .map((target) => `${file} imports ${target}: siblings share types only; let app.ts pass the value in`);
  });
  expect(wrong).toEqual([]);
});

test('jose stays in auth and undici in proxy, so that each can be judged, and replaced, in one place', () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => OWNERS[target] && !OWNERS[target].includes(roomOf(file)))
      .map(({ target }) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('only main.ts touches the process; everything else is told what it needs', () => {
  const wrong = sources.filter(
    (file) =>
      !['gateway/main.ts', 'gateway/early-signals.ts', 'gateway/reference.ts', 'gateway/bundle.ts'].includes(file) &&
      /\bprocess\./.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});

test('no gateway file imports from examples, infra or tests', () => {
  const wrong = sources.filter((file) =>
    importsOf(file).some(({ target }) => /(examples|infra|\/test\/|\.test)/.test(target)),
  );
  expect(wrong).toEqual([]);
});
