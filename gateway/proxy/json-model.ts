import { GatewayError } from '../errors.ts';
import { scanObject } from './json-scan.ts';

/** A model's name, and where it stands in the body: the bytes between its quotation marks, or of the form's field. */
export interface NamedModel {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SMALL_U = 0x75;
/** Bytes of the key `"model"` when every letter is an escape. */
const LONGEST_KEY = 2 + 6 * 'model'.length;
/** Bytes of a name at most; one character may take six. */
const LONGEST_NAME = 2 + 6 * 256;

/**
 * Finds the top-level `model` of a JSON object without changing a byte of it. Refuses what readers take differently:
 * two `model` keys (escapes decoded), the same key in another case (Go's reader takes it for the same), and whatever
 * is not strictly JSON in UTF-8.
 *
 * @returns undefined when there is no model
 * @throws GatewayError body_malformed, model_repeated, model_malformed
 */
export function findJsonModel(body: Buffer): NamedModel | undefined {
  let found: NamedModel | undefined;
  scanObject(body, (keyStart, keyEnd, valueStart, valueEnd) => {
    if (keyEnd - keyStart > LONGEST_KEY) return;
    const key: string = JSON.parse(body.toString('utf8', keyStart, keyEnd));
    if (key.toLowerCase() !== 'model') return;
    if (found) throw new GatewayError('model_repeated');
    if (key !== 'model') throw new GatewayError('model_malformed', { reason: `write the key "model", not "${key}"` });
    if (body[valueStart] !== QUOTE) throw new GatewayError('model_malformed', { reason: 'it is not a string' });
    if (valueEnd - valueStart > LONGEST_NAME) throw new GatewayError('model_malformed', { reason: 'it is too long' });
    const name: string = JSON.parse(body.toString('utf8', valueStart, valueEnd));
    found = { name, start: valueStart + 1, end: valueEnd - 1 };
  });
  return found;
}

/**
 * Cuts the first `count` characters of a model's name out of the body. The rest is not encoded anew; in JSON, one
 * character may be written as an escape of two or six bytes (PHP writes `\/`).
 */
export function cutPrefix(body: Buffer, model: NamedModel, count: number): Buffer {
  let end = model.start;
  for (let i = 0; i < count; i++) end += body[end] !== BACKSLASH ? 1 : body[end + 1] === SMALL_U ? 6 : 2;
  return Buffer.concat([body.subarray(0, model.start), body.subarray(end)]);
}
