import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './listen.ts';

/** A request as a provider saw it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

type Handler = (request: Received, response: ServerResponse) => void;

/** A provider whose answers a test decides. */
export interface TestUpstream extends AsyncDisposable {
  /** The base URL, `…/v1`. */
  readonly url: string;
  readonly received: Received[];
  handle: Handler;
  close(): Promise<void>;
}

export const answerJson =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

export async function startUpstream(handle: Handler = answerJson({ object: 'test' })): Promise<TestUpstream> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = '', url = '', headers } = incoming;
    const received = { method, url, headers, body: Buffer.concat(chunks) };
    upstream.received.push(received);
    upstream.handle(received, response);
  });
  const { url, close } = await listenOnLoopback(server);
  const upstream: TestUpstream = { url: `${url}/v1`, received: [], handle, close, [Symbol.asyncDispose]: close };
  return upstream;
}

/** Begins an event stream with one event and leaves it open. */
export const openStream: Handler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
};
