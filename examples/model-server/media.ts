import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import { requireModel } from './models.ts';
import { CREATED, countTokens, idFor, textOf } from './text.ts';
import { type Answer, ApiError, isJson, type Json } from './types.ts';

const UNWELCOME = /\b(kill|murder|violence|violent)\b/i;

/** `POST /v1/moderations`: flags texts that speak of violence, and nothing else. */
export function moderations(body: Json): Answer {
  const model = requireModel(body['model'] ?? 'demo-moderation');
  const input = body['input'];
  if (typeof input !== 'string' && !Array.isArray(input)) {
    throw new ApiError(400, "'input' must be a string or a list.", 'invalid_input', 'input');
  }
  const texts = Array.isArray(input) ? input.map((item) => (isJson(item) ? textOf([item]) : String(item))) : [input];
  const results = texts.map((text) => {
    const flagged = UNWELCOME.test(text);
    return { flagged, categories: { violence: flagged }, category_scores: { violence: flagged ? 1 : 0 } };
  });
  return { json: { id: idFor('modr-', body), model, results } };
}

/** `POST /v1/images/generations`: a square of one colour that depends on the prompt. */
export function images(body: Json): Answer {
  requireModel(body['model'] ?? 'demo-image');
  const prompt = body['prompt'];
  if (typeof prompt !== 'string' || prompt === '') {
    throw new ApiError(400, "'prompt' must be a text.", 'invalid_prompt', 'prompt');
  }
  const base64 = png(createHash('sha256').update(prompt).digest().subarray(0, 3), 64).toString('base64');
  const image = body['response_format'] === 'url' ? { url: `data:image/png;base64,${base64}` } : { b64_json: base64 };
  return { json: { created: CREATED, data: [image] } };
}

/** `POST /v1/audio/transcriptions` (a form with a file): says what it got, since nothing listens. */
export function transcriptions(body: Json): Answer {
  requireModel(body['model']);
  const file = body['file'];
  if (!isJson(file)) throw new ApiError(400, "'file' must be an uploaded file.", 'missing_file', 'file');
  const text = `A recording named ${file['name']} of ${file['size']} bytes.`;
  if (body['response_format'] === 'text') return { bytes: Buffer.from(`${text}\n`), contentType: 'text/plain' };
  return { json: { text } };
}

/** `POST /v1/audio/speech`: a WAV tone, a tenth of a second for each word. Other formats are not made. */
export function speech(body: Json): Answer {
  requireModel(body['model']);
  const input = body['input'];
  if (typeof input !== 'string' || input === '')
    throw new ApiError(400, "'input' must be a text.", 'invalid_input', 'input');
  return { bytes: wav(Math.min(countTokens(input), 100) / 10), contentType: 'audio/wav' };
}

function png(colour: Buffer, side: number): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: side }, () => colour)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  const header = Buffer.concat([size, Buffer.from([8, 2, 0, 0, 0])]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

function wav(seconds: number): Buffer {
  const rate = 8000;
  const samples = Math.round(seconds * rate);
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22); // one channel
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++)
    bytes.writeInt16LE(Math.round(8000 * Math.sin((i / rate) * 880 * Math.PI)), 44 + i * 2);
  return bytes;
}
