import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findJava } from './java.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A program that says about itself what Java would say. */
function fakeJava(folder: string, version: string): string {
  const home = join(root, folder);
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(
    join(home, 'bin/java'),
    `#!/bin/sh\nprintf '%s\\n' "java.home = ${home}" "java.specification.version = ${version}" >&2\n`,
  );
  chmodSync(join(home, 'bin/java'), 0o755);
  return home;
}

test('JAVA_HOME comes first when it is new enough', async () => {
  const home = fakeJava('new', '25');
  expect(await findJava({ JAVA_HOME: home }, [])).toEqual({ home, version: 25 });
});

test('an old JAVA_HOME is passed over for a newer Java in a usual folder', async () => {
  const old = fakeJava('old', '17');
  const home = fakeJava('folder/jdk-21', '21');
  expect(await findJava({ JAVA_HOME: old, PATH: '' }, [join(root, 'folder')])).toEqual({ home, version: 21 });
});

test('only an old one: one sentence says what there is and what to do', async () => {
  const home = fakeJava('ancient', '1.8');
  await expect(findJava({ JAVA_HOME: home, PATH: '' }, [])).rejects.toThrow(
    `Keycloak needs Java 21 or newer, and there is only Java 8 in ${home}. Install one`,
  );
});

test('none at all', async () => {
  await expect(findJava({ PATH: '' }, [])).rejects.toThrow('and there is none. Install one');
});
