import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../testing/run-stack.ts';
import { KEYCLOAK_VERSION } from './download.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function program(path: string, script: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, path), 0o755);
}

function start(env: NodeJS.ProcessEnv) {
  const ports = ['port', 'metrics-port', 'identity-provider-port', 'model-server-port'].flatMap((name) => [
    `--${name}`,
    '0',
  ]);
  const environment = { ...process.env, GATEHOUSE_STATE_DIR: join(root, 'state'), TMPDIR: join(root, 'tmp'), ...env };
  mkdirSync(join(root, 'tmp'), { mode: 0o755 });
  chmodSync(root, 0o755);
  return runProgram(process.execPath, ['examples/quickstart/main.ts', '--keycloak', ...ports], environment);
}

test('when Keycloak does not start, its own last lines are shown and nothing is left', async () => {
  program('jdk/bin/java', 'printf "%s\\n" "java.home = $PWD" "java.specification.version = 25" >&2');
  program(
    `cache/gatehouse/keycloak-${KEYCLOAK_VERSION}-postgres-local/bin/kc.sh`,
    'echo "ERROR: no such option"; exit 2',
  );
  const { code, stderr } = await start({ JAVA_HOME: join(root, 'jdk'), XDG_CACHE_HOME: join(root, 'cache') });
  expect(code).toBe(1);
  expect(stderr).toContain('Keycloak stopped. Its last lines:');
  expect(stderr).toContain('ERROR: no such option');
  expect(readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('gatehouse-'))).toEqual([]);
});

test('when nothing can be downloaded, it says why and where to put the archive', async () => {
  program('jdk/bin/java', 'printf "%s\\n" "java.home = $PWD" "java.specification.version = 25" >&2');
  program('bin/mvn', 'echo "[ERROR] no route to host"; exit 1');
  const { code, stderr } = await start({
    JAVA_HOME: join(root, 'jdk'),
    XDG_CACHE_HOME: join(root, 'cache'),
    PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
    HTTPS_PROXY: 'http://127.0.0.1:9', // nobody answers there
    https_proxy: 'http://127.0.0.1:9',
    NO_PROXY: '',
    no_proxy: '',
  });
  expect(code).toBe(1);
  expect(stderr).toContain('Maven: [ERROR] no route to host');
  expect(stderr).toContain('GitHub: fetch failed');
  expect(stderr).toContain(
    `Put the archive at ${join(root, 'cache/gatehouse', `keycloak-${KEYCLOAK_VERSION}.tar.gz`)}`,
  );
  expect(readdirSync(join(root, 'cache/gatehouse'))).toEqual([]);
});
