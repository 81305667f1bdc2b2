import type { IncomingMessage } from 'node:http';
import { ApiError, isJson, type Json } from './types.ts';

const MOST_BYTES = 64 * 1024 * 1024;

/** Reads a request's body: JSON, or a form in which a file becomes `{ name, size, type }`. Throws `ApiError` 400, 413, 415. */
export async function readBody(request: IncomingMessage): Promise<Json> {
  const type = request.headers['content-type'] ?? 'application/json';
  const bytes = await readBytes(request);
  if (type.startsWith('multipart/form-data')) return parseForm(bytes, type);
  if (!type.includes('json')) throw new ApiError(415, `Unsupported content type '${type}'.`, 'unsupported_media_type');
  return parseJson(bytes);
}

async function readBytes(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MOST_BYTES) throw new ApiError(413, `The body is larger than ${MOST_BYTES} bytes.`, 'body_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(bytes: Buffer): Json {
  const value = attempt(() => JSON.parse(bytes.toString('utf8')));
  if (!isJson(value)) throw new ApiError(400, 'We could not parse the JSON body of your request.', 'invalid_json');
  return value;
}

function attempt(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

async function parseForm(bytes: Buffer<ArrayBuffer>, type: string): Promise<Json> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    const entries = [...form].map(([name, value]) => [
      name,
      typeof value === 'string' ? value : { name: value.name, size: value.size, type: value.type },
    ]);
    return Object.fromEntries(entries);
  } catch {
    throw new ApiError(400, 'We could not parse the form body of your request.', 'invalid_form');
  }
}
