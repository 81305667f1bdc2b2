import { createServer } from 'node:net';

const ATTEMPTS = 100;

/** Hands out free ports on 127.0.0.1, none of them twice. */
export class Ports {
  readonly #taken = new Set<number>();

  /**
   * A free port: the preferred one, or the next that is free; 0 means any. Nothing holds the port afterwards, so another
   * process could still take it first. Throws when a hundred ports in a row are busy.
   */
  async take(preferred: number): Promise<number> {
    for (let port = preferred; port < preferred + ATTEMPTS && port <= 65_535; port++) {
      const free = this.#taken.has(port) ? undefined : await probe(port);
      if (free === undefined || this.#taken.has(free)) continue;
      this.#taken.add(free);
      return free;
    }
    throw new Error(`No free port from ${preferred} on.`);
  }
}

/** The port that a listener on 127.0.0.1 gets, or `undefined` when the port is busy. */
function probe(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
