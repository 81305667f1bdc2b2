import { readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { GatewayConfig } from '../config.ts';
import { type ErrorCode, errorBody, GatewayError } from '../errors.ts';
import type { GatewayEnv } from './exchange.ts';
import { requestId } from './request-id.ts';

const OPTIONS = {
  // Longer than a load balancer's, so that it is never the gateway that closes a connection just as a request comes.
  keepAliveTimeout: 75_000,
  headersTimeout: 60_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 5_000,
  // A token may have 16 KiB; it is refused by name, and not as too large headers.
  maxHeaderSize: 48 * 1024,
  noDelay: true,
  // Checked below, so that the refusal has the gateway's shape.
  requireHostHeader: false,
  // Said here so that no flag of the environment can say otherwise.
  insecureHTTPParser: false,
} as const;

const PARSER_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Node's HTTP (or HTTPS) server around the app; not listening yet. Malformed requests get the gateway's error shape too. */
export function createGatewayServer(app: Hono<GatewayEnv>, tls: GatewayConfig['server']['tls']): Server {
  const handle = getRequestListener(app.fetch as Parameters<typeof getRequestListener>[0], {
    hostname: 'localhost',
    errorHandler: () => {
      const { body, status } = malformedRequest();
      return new Response(body, { status, headers: { 'content-type': 'application/json' } });
    },
  });
  const latest = new WeakMap<Socket, ServerResponse>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    latest.set(request.socket, response);
    if (isWellFormed(request)) void handle(request, response);
    else {
      const { body, status } = malformedRequest();
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        connection: 'close',
      };
      response.writeHead(status, headers).end(body);
    }
  };
  const server = tls
    ? createHttpsServer({ ...OPTIONS, ...readTls(tls) }, listener)
    : createHttpServer(OPTIONS, listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const told = error.code !== undefined && (error.code.startsWith('HPE_') || error.code in PARSER_ERRORS);
    // In the middle of an answer, another one would be taken for a part of it; and with this listener it is ours to
    // close what never became a request, an unfinished TLS handshake included.
    if (!told || isAnswering(latest.get(socket)) || !socket.writable) socket.destroy();
    else answerParserError(error, socket);
  });
  // Node would say "100 Continue" before anybody has looked at the token; the reading of the body says it.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  return server;
}

/** Whether bytes of an answer may be on their way: it has begun, or it waits (without a socket) for one before it. */
function isAnswering(latest: ServerResponse | undefined): boolean {
  if (!latest || latest.writableFinished) return false;
  return latest.headersSent || latest.socket === null;
}

/** RFC 9112 §2.3 and §3.2: a version that is spoken here, and one Host, which only HTTP/1.0 may leave out. */
function isWellFormed({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return false;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += rawHeaders[i + 1] === '' ? 2 : 1;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

function malformedRequest(code: ErrorCode = 'request_malformed'): { body: string; status: number } {
  const error = new GatewayError(code);
  return { body: JSON.stringify(errorBody(error, requestId(undefined))), status: error.definition.status };
}

/** The certificate and key for HTTPS, as they are now. @throws Error when a file can't be read */
export function readTls({ certFile, keyFile }: NonNullable<GatewayConfig['server']['tls']>) {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** What Node's parser refuses never becomes a request; the connection ends, since nobody knows where the next one begins. */
function answerParserError(error: NodeJS.ErrnoException, socket: Socket): void {
  const { body, status } = malformedRequest(PARSER_ERRORS[error.code ?? '']);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Not only its own half: a caller who ignores that would keep the connection for ever.
  socket.destroySoon();
}
