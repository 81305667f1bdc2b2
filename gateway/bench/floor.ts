import { createServer, type ServerResponse } from 'node:http';
import { Agent, type Dispatcher } from 'undici';
import { serveParent } from './served.ts';

/**
 * The floor, as a process of its own: the least that a proxy on Node can do. It reads a body, sends it on and passes
 * the answer back, without authentication, models, limits, errors, log or metrics.
 *
 * argv: the upstream's origin
 */
const [origin = ''] = process.argv.slice(2);
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

function relay(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller) {
      response.once('close', () => response.writableFinished || controller.abort(new Error('the caller left')));
    },
    onResponseStart(_controller, status, { 'content-type': type, 'content-length': length }) {
      if (type !== undefined) response.setHeader('content-type', type);
      if (length !== undefined) response.setHeader('content-length', length);
      response.writeHead(status);
    },
    onResponseData(controller, chunk) {
      if (response.write(chunk)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError() {
      response.destroy();
    },
  };
}

const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const { method = '', url: path = '', headers } = request;
    agent.dispatch(
      { origin, path, method, headers: ['content-type', headers['content-type'] ?? ''], body: Buffer.concat(chunks) },
      relay(response),
    );
  });
});

serveParent(server);
