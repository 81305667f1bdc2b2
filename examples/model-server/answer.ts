import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, ApiError, type Json, type StreamEvent } from './types.ts';

/** Writes a JSON answer. */
export function sendJson(response: ServerResponse, status: number, body: Json): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

/** Writes an endpoint's answer: JSON, bytes, or a stream with `chunkDelayMs` before each word after the first. */
export async function sendAnswer(response: ServerResponse, answer: Answer, chunkDelayMs: number): Promise<void> {
  if ('json' in answer) return sendJson(response, 200, answer.json);
  if ('bytes' in answer) {
    const { bytes, contentType } = answer;
    response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length }).end(bytes);
    return;
  }
  await sendEvents(response, answer.events, chunkDelayMs);
}

/** Writes a refusal in OpenAI's shape, or in Anthropic's. A failure after the first byte cuts the connection. */
export function answerError(response: ServerResponse, error: unknown, anthropic: boolean): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const refusal = error instanceof ApiError ? error : new ApiError(500, 'The demo model server failed.');
  const type = errorType(refusal.status);
  const { message, param, code } = refusal;
  if (refusal.status === 413) response.setHeader('connection', 'close');
  const body = anthropic ? { type: 'error', error: { type, message } } : { error: { message, type, param, code } };
  sendJson(response, refusal.status, body);
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 404) return 'not_found_error';
  return status < 500 ? 'invalid_request_error' : 'api_error';
}

async function sendEvents(
  response: ServerResponse,
  events: readonly StreamEvent[],
  chunkDelayMs: number,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  try {
    for (const event of events) {
      if (event.word && chunkDelayMs > 0) await delay(chunkDelayMs, undefined, { signal: gone.signal });
      if (!response.write(format(event))) await once(response, 'drain', { signal: gone.signal });
    }
    response.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error; // a caller who left is no failure
  }
}

function format({ event, data }: StreamEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
