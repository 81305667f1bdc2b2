import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that notes what passes through it. */
export interface Recorder {
  readonly url: string;
  /** Method and path of each request so far. */
  readonly requests: string[];
  /** A signal that aborts when so many more requests have come; the last of them is not passed on. */
  readonly abortAfter: (count: number) => AbortSignal;
  readonly close: () => void;
}

/** Starts a proxy in front of a server. */
export async function record(target: string): Promise<Recorder> {
  const requests: string[] = [];
  let cut = { at: Number.POSITIVE_INFINITY, controller: new AbortController() };
  const server = createServer((incoming, answer) => {
    const { method = '', url: path = '', headers } = incoming;
    requests.push(`${method} ${path}`);
    if (requests.length === cut.at) {
      cut.controller.abort();
      return;
    }
    const outgoing = request(new URL(path, target), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.once('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    abortAfter: (count) => {
      cut = { at: requests.length + count, controller: new AbortController() };
      return cut.controller.signal;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
