import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server of the benchmark tells the process that started it. */
export interface Served {
  readonly url: string;
}

/** Listens on a free port of loopback, tells it to the parent process, and ends when the parent does. */
export function serveParent(server: Server): void {
  process.once('disconnect', () => process.exit(0));
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `http://127.0.0.1:${port}` } satisfies Served);
  });
}
