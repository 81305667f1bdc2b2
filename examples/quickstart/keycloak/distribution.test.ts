import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheDirectory, ensureKeycloak } from './distribution.ts';
import { KEYCLOAK_VERSION } from './download.ts';

const java = { home: '/nowhere', version: 25 };
const name = `keycloak-${KEYCLOAK_VERSION}`;
const never = new AbortController().signal;
let cache: string;
const silent = () => undefined;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

/** An archive in the cache whose start script is the given one. */
function putArchive(script: string): void {
  const folder = join(cache, 'source', name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin/kc.sh'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin/kc.sh'), 0o755);
  execFileSync('tar', ['-czf', join(cache, `${name}.tar.gz`), '-C', join(cache, 'source'), name]);
  rmSync(join(cache, 'source'), { recursive: true });
}

test('it is unpacked and built once, with the Java that was found', async () => {
  putArchive('echo "$JAVA_HOME $*" >> "$(dirname "$0")/../built"');
  const home = await ensureKeycloak(cache, java, silent, never);
  expect(await ensureKeycloak(cache, java, silent, never)).toBe(home);
  const built = execFileSync('cat', [join(home, 'built')], { encoding: 'utf8' });
  expect(built).toBe('/nowhere build --db=postgres --cache=local\n');
});

test('two runs at once end with one whole folder', async () => {
  putArchive('exit 0');
  const runs = [ensureKeycloak(cache, java, silent, never), ensureKeycloak(cache, java, silent, never)];
  const [one, two] = await Promise.all(runs);
  expect(one).toBe(two);
  expect(readdirSync(cache)).toHaveLength(2);
});

test('a failed build leaves nothing behind and shows what Keycloak said', async () => {
  putArchive('echo "something is wrong"; exit 1');
  await expect(ensureKeycloak(cache, java, silent, never)).rejects.toThrow('something is wrong');
  expect(readdirSync(cache)).toEqual([`${name}.tar.gz`]);
});

test('half an archive leaves nothing behind', async () => {
  writeFileSync(join(cache, `${name}.tar.gz`), 'half');
  await expect(ensureKeycloak(cache, java, silent, never)).rejects.toThrow();
  expect(readdirSync(cache)).toEqual([`${name}.tar.gz`]);
});

test('an interrupted run leaves nothing behind', async () => {
  putArchive('exec tail -f /dev/null');
  const controller = new AbortController();
  const run = ensureKeycloak(cache, java, () => controller.abort(), controller.signal); // it reports after 2 s
  await expect(run).rejects.toThrow();
  expect(existsSync(join(cache, `${name}.tar.gz`))).toBe(true);
  expect(readdirSync(cache)).toHaveLength(1);
});

test('the cache is where XDG says', () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: '/x', HOME: '/home/me' })).toBe('/x/gatehouse');
  expect(cacheDirectory({ HOME: '/home/me' })).toBe('/home/me/.cache/gatehouse');
});
