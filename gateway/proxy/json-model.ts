import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors.ts';

/** A model's name, and where it stands in the body: the bytes between its quotation marks, or of the form's field. */
export interface NamedModel {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, COMMA, COLON] = Buffer.from('{}[],:') as unknown as number[];

/**
 * Finds the top-level `model` of a JSON object without changing a byte of it. JSON.parse says whether the body is
 * JSON at all; the scan behind it only needs to find the place.
 *
 * Refuses what readers take differently: two `model` keys (escapes decoded), the same key in another case (Go's
 * reader takes it for the same), and bytes that are not UTF-8.
 *
 * @returns undefined when there is no model
 * @throws GatewayError body_malformed, model_repeated, model_malformed
 */
export function findJsonModel(body: Buffer): NamedModel | undefined {
  checkJsonObject(body);
  let found: NamedModel | undefined;
  for (const { key, start } of members(body)) {
    if (key.toLowerCase() !== 'model') continue;
    if (found) throw new GatewayError('model_repeated');
    if (key !== 'model') throw new GatewayError('model_malformed', { reason: `write the key "model", not "${key}"` });
    if (body[start] !== QUOTE) throw new GatewayError('model_malformed', { reason: 'it is not a string' });
    const end = endOfString(body, start);
    found = { name: JSON.parse(body.toString('utf8', start, end + 1)), start: start + 1, end };
  }
  return found;
}

function checkJsonObject(body: Buffer): void {
  if (!isUtf8(body)) throw new GatewayError('body_malformed', { reason: 'it is not UTF-8' });
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new GatewayError('body_malformed', { reason: 'it is not JSON' });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatewayError('body_malformed', { reason: 'it is not a JSON object' });
  }
}

/** The keys of the outermost object, decoded, each with the place where its value begins. The body is valid JSON. */
function* members(body: Buffer): Generator<{ key: string; start: number }> {
  let depth = 0;
  let keyNext = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (byte === QUOTE) {
      const end = endOfString(body, i);
      if (depth === 1 && keyNext) {
        yield { key: JSON.parse(body.toString('utf8', i, end + 1)), start: startOfValue(body, end + 1) };
        keyNext = false;
      }
      i = end;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1;
      keyNext = depth === 1;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
    else if (byte === COMMA) keyNext = depth === 1;
  }
}

/** The closing quotation mark of the string that opens at `start`: the next one behind an even run of backslashes. */
function endOfString(body: Buffer, start: number): number {
  for (let end = body.indexOf(QUOTE, start + 1); end !== -1; end = body.indexOf(QUOTE, end + 1)) {
    let before = end - 1;
    while (body[before] === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return body.length;
}

function startOfValue(body: Buffer, afterKey: number): number {
  let i = afterKey;
  while (body[i] === COLON || body[i] === 0x20 || body[i] === 0x09 || body[i] === 0x0a || body[i] === 0x0d) i += 1;
  return i;
}

/**
 * Cuts the first `count` characters of a model's name out of the body. The rest is not encoded anew; in JSON, one
 * character may be written as an escape of two or six bytes (PHP writes `\/`).
 */
export function cutPrefix(body: Buffer, model: NamedModel, count: number): Buffer {
  let end = model.start;
  for (let i = 0; i < count; i++) end += body[end] !== BACKSLASH ? 1 : body[end + 1] === 0x75 ? 6 : 2;
  return Buffer.concat([body.subarray(0, model.start), body.subarray(end)]);
}
