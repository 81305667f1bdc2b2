import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerError, sendAnswer, sendJson } from './answer.ts';
import { readBody } from './body.ts';
import { chatCompletions, completions } from './chat.ts';
import { embeddings, rerank } from './embeddings.ts';
import { images, moderations, speech, transcriptions } from './media.ts';
import { messages } from './messages.ts';
import { getModel, listModels } from './models.ts';
import { responses } from './responses.ts';
import { ApiError, type Endpoint } from './types.ts';

/** How a model server is started. */
export interface ModelServerOptions {
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** Port to listen on; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Milliseconds between two words of a stream. 0 writes all at once. @default 20 */
  readonly chunkDelayMs?: number;
  /** Bearer (or `x-api-key`) key that requests must carry. Without it everybody may call. */
  readonly apiKey?: string;
}

/** A running model server. */
export interface ModelServer {
  /** Origin, without `/v1`. */
  readonly url: string;
  /** Stops listening and cuts what runs. */
  readonly close: () => Promise<void>;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/v1/chat/completions': chatCompletions,
  '/v1/completions': completions,
  '/v1/embeddings': embeddings,
  '/v1/responses': responses,
  '/v1/moderations': moderations,
  '/v1/images/generations': images,
  '/v1/audio/transcriptions': transcriptions,
  '/v1/audio/speech': speech,
  '/v1/rerank': rerank,
  '/v1/messages': messages,
};

/** Starts a server that speaks the OpenAI API and always gives the same answer to the same request. Rejects when the port is taken. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { host = '127.0.0.1', port = 0, chunkDelayMs = 20, apiKey } = options;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://model-server').pathname;
    handle(request, response, path, { chunkDelayMs, apiKey }).catch((error: unknown) => {
      answerError(response, error, path === '/v1/messages');
    });
  });
  await listen(server, port, host);
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, close: () => close(server) };
}

interface Settings {
  readonly chunkDelayMs: number;
  readonly apiKey: string | undefined;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  settings: Settings,
): Promise<void> {
  if (path === '/health') return sendJson(response, 200, { status: 'ok' });
  requireKey(request, settings.apiKey);
  if (path === '/v1/models') {
    requireMethod(request, 'GET');
    return sendJson(response, 200, listModels());
  }
  if (path.startsWith('/v1/models/')) {
    requireMethod(request, 'GET');
    return sendJson(response, 200, getModel(decodeURIComponent(path.slice('/v1/models/'.length))));
  }
  const endpoint = ENDPOINTS[path];
  if (!endpoint) throw new ApiError(404, `Unknown request URL: ${request.method} ${path}.`, 'unknown_url');
  requireMethod(request, 'POST');
  await sendAnswer(response, endpoint(await readBody(request)), settings.chunkDelayMs);
}

function requireMethod(request: IncomingMessage, method: string): void {
  if (request.method !== method) throw new ApiError(405, `Use ${method} here.`, 'method_not_allowed');
}

function requireKey(request: IncomingMessage, key: string | undefined): void {
  if (key === undefined) return;
  const given = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer +/i, '') ?? '';
  const [a, b] = [Buffer.from(String(given)), Buffer.from(key)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new ApiError(401, 'Incorrect API key provided.', 'invalid_api_key');
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
