import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
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
} as const;

const PARSER_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Node's HTTP (or HTTPS) server around the app; not listening yet. Malformed requests get the gateway's error shape too. */
export function createGatewayServer(app: Hono<GatewayEnv>, tls: GatewayConfig['server']['tls']): Server {
  const listener = getRequestListener(app.fetch as Parameters<typeof getRequestListener>[0], {
    errorHandler: () => {
      const error = new GatewayError('request_malformed');
      return Response.json(errorBody(error, requestId(undefined)), { status: error.definition.status });
    },
  });
  const server = tls
    ? createHttpsServer({ ...OPTIONS, ...readTls(tls) }, listener)
    : createHttpServer(OPTIONS, listener);
  server.on('clientError', answerParserError);
  // Node would say "100 Continue" before anybody has looked at the token; the reading of the body says it.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  return server;
}

/** The certificate and key for HTTPS, as they are now. @throws Error when a file can't be read */
export function readTls({ certFile, keyFile }: NonNullable<GatewayConfig['server']['tls']>) {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** What Node's parser refuses never becomes a request; the connection ends, since nobody knows where the next one begins. */
function answerParserError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = new GatewayError(PARSER_ERRORS[error.code ?? ''] ?? 'request_malformed');
  const body = JSON.stringify(errorBody(refusal, requestId(undefined)));
  const head = [
    `HTTP/1.1 ${refusal.definition.status} ${refusal.code}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
