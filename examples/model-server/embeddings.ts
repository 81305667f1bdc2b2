import { createHash } from 'node:crypto';
import { requireModel } from './models.ts';
import { countTokens } from './text.ts';
import { type Answer, ApiError, isJson, type Json } from './types.ts';

const DIMENSIONS = 64;
const MOST_DIMENSIONS = 4096;

/** `POST /v1/embeddings`: vectors of length 1, close together when texts share words. */
export function embeddings(body: Json): Answer {
  const model = requireModel(body['model']);
  const dimensions = dimensionsOf(body['dimensions']);
  const inputs = inputsOf(body['input']);
  const base64 = body['encoding_format'] === 'base64';
  const data = inputs.map((text, index) => {
    const vector = embed(text, dimensions);
    return { object: 'embedding', index, embedding: base64 ? toBase64(vector) : vector };
  });
  const tokens = inputs.reduce((sum, text) => sum + countTokens(text), 0);
  return { json: { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } } };
}

/** `POST /v1/rerank`: documents by how many words they share with the query. */
export function rerank(body: Json): Answer {
  const model = requireModel(body['model']);
  const { query, documents, top_n } = body;
  if (typeof query !== 'string' || !Array.isArray(documents) || documents.length === 0) {
    throw new ApiError(400, "'query' and a non-empty list of 'documents' are needed.", 'invalid_rerank', 'documents');
  }
  const wanted = embed(query, DIMENSIONS);
  const results = documents
    .map((document, index) => ({ index, document: { text: documentText(document) } }))
    .map((row) => ({ ...row, relevance_score: Math.max(0, dot(wanted, embed(row.document.text, DIMENSIONS))) }))
    .sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index)
    .slice(0, typeof top_n === 'number' ? top_n : undefined);
  return { json: { model, results, usage: { total_tokens: countTokens(query) } } };
}

function documentText(document: unknown): string {
  return typeof document === 'string' ? document : isJson(document) ? String(document['text'] ?? '') : String(document);
}

function dimensionsOf(value: unknown): number {
  if (value === undefined || value === null) return DIMENSIONS;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_DIMENSIONS) return Number(value);
  throw new ApiError(400, `'dimensions' must be 1 to ${MOST_DIMENSIONS}.`, 'invalid_dimensions', 'dimensions');
}

/** Accepts what the API accepts: a text, texts, one list of token numbers, or lists of token numbers. */
function inputsOf(input: unknown): string[] {
  if (typeof input === 'string' && input !== '') return [input];
  if (Array.isArray(input) && input.length > 0) {
    if (input.every((item) => typeof item === 'number')) return [input.join(' ')];
    if (input.every((item) => typeof item === 'string')) return input;
    if (input.every((item) => Array.isArray(item))) return input.map((tokens) => tokens.join(' '));
  }
  throw new ApiError(400, "'input' must be a non-empty string or list.", 'invalid_input', 'input');
}

function embed(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) addWord(vector, word);
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => Math.fround(value / length));
}

/** Adds a word's own direction: pseudo-random numbers (xorshift) seeded by the word's hash. */
function addWord(vector: number[], word: string): void {
  let state = createHash('sha256').update(word).digest().readUInt32LE(0) || 1;
  for (const [index, value] of vector.entries()) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    vector[index] = value + state / 2 ** 31;
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return bytes.toString('base64');
}
