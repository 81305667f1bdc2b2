import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The oldest Java that Keycloak runs on. */
export const OLDEST_JAVA = 21;

type Environment = Readonly<Record<string, string | undefined>>;

/** A Java installation. */
export interface Java {
  readonly home: string;
  readonly version: number;
}

/** Where package managers and version managers put Java. */
const USUAL_FOLDERS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines', '/opt/java'];

/**
 * Finds a Java that is new enough: `JAVA_HOME`, then `java` on the PATH, then the folders that
 * package managers use. Throws an `Error` that
 * names what was found instead.
 */
export async function findJava(env: Environment, folders: readonly string[] = usualFolders(env)): Promise<Java> {
  const found: Java[] = [];
  for (const program of programs(env, folders)) {
    const java = await inspect(program, env);
    if (!java) continue;
    if (java.version >= OLDEST_JAVA) return java;
    found.push(java);
  }
  const list = [...new Set(found.map(({ home, version }) => `Java ${version} in ${home}`))].join(', ');
  throw new Error(
    `Keycloak needs Java ${OLDEST_JAVA} or newer, and there is ${list ? `only ${list}` : 'none'}. ` +
      'Install one (https://adoptium.net) or set JAVA_HOME; without --keycloak no Java is needed.',
  );
}

function usualFolders(env: Environment): string[] {
  return [...USUAL_FOLDERS, ...(env['HOME'] ? [join(env['HOME'], '.sdkman/candidates/java')] : [])];
}

function programs(env: Environment, folders: readonly string[]): string[] {
  const homes = folders.filter((folder) => existsSync(folder)).flatMap((folder) => childrenOf(folder));
  const inHomes = homes.flatMap((home) => [join(home, 'bin/java'), join(home, 'Contents/Home/bin/java')]);
  const first = env['JAVA_HOME'] ? [join(env['JAVA_HOME'], 'bin/java')] : [];
  return [...first, 'java', ...inHomes.filter((program) => existsSync(program))];
}

const childrenOf = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

async function inspect(program: string, env: Environment): Promise<Java | undefined> {
  try {
    const { stderr } = await run(program, ['-XshowSettings:properties', '-version'], {
      env: { ...env },
      timeout: 10_000,
    });
    const home = /^\s*java\.home = (.+)$/m.exec(stderr)?.[1]?.trim();
    const version = Number(/^\s*java\.specification\.version = (?:1\.)?(\d+)/m.exec(stderr)?.[1]);
    return home && version ? { home, version } : undefined;
  } catch {
    return undefined; // not there, or no Java
  }
}
