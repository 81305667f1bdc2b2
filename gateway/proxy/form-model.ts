import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors.ts';
import type { NamedModel } from './json-model.ts';

const MAX_PARTS = 1000;
const MAX_PART_HEADERS = 8 * 1024;
const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
/** RFC 2046 §5.1.1: the characters of a boundary. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;
/** RFC 822 §3.1.2: a line of a part's headers; a folded or bare-LF line is read differently by different readers. */
const HEADER_LINE = /^[!-9;-~]+:[\t\x20-\x7e\x80-\uffff]*$/;
/** RFC 2183 §2 parameters, each `; name=token` or `; name="quoted"`. */
const PARAMETER = /;\s*([\w*-]+)=(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s;"]+))\s*/y;

/**
 * The boundary of `multipart/form-data` (RFC 7578 §4.1); undefined for another type.
 *
 * @throws GatewayError body_malformed when it is not said once, in the characters that it may have
 */
export function formBoundary(contentType: string | undefined): string | undefined {
  if (!contentType || !/\bmultipart\//i.test(contentType)) return undefined;
  const [, quoted, token] =
    /^multipart\/form-data[ \t]*(?:;[ \t]*charset=[\w-]+[ \t]*)?;[ \t]*boundary=(?:"([^"\\]+)"|([^\s;",\\]+))[ \t]*(?:;[ \t]*charset=[\w-]+)?$/i.exec(
      contentType,
    ) ?? [];
  const boundary = quoted ?? token ?? '';
  if (!BOUNDARY.test(boundary)) throw malformed('its Content-Type is not multipart/form-data with one boundary');
  return boundary;
}

/**
 * Finds the field `model` of a form (RFC 7578, RFC 2046 §5.1.1). Whatever readers could take differently is refused:
 * text around the parts, two models, names in another case or encoded, a part without its headers.
 *
 * @returns undefined when there is no model
 * @throws GatewayError body_malformed, model_repeated, model_malformed
 */
export function findFormModel(body: Buffer, boundary: string): NamedModel | undefined {
  let found: NamedModel | undefined;
  for (const { headers, start, end } of parts(body, boundary)) {
    const name = fieldName(headers);
    if (name.toLowerCase() !== 'model') continue;
    if (found) throw new GatewayError('model_repeated');
    if (name !== 'model')
      throw new GatewayError('model_malformed', { reason: `name the field "model", not "${name}"` });
    const value = body.subarray(start, end);
    if (!isUtf8(value) || /^content-transfer-encoding:/im.test(headers)) {
      throw new GatewayError('model_malformed', { reason: 'its field is not plain UTF-8' });
    }
    found = { name: value.toString('utf8'), start, end };
  }
  return found;
}

function* parts(body: Buffer, boundary: string): Generator<{ headers: string; start: number; end: number }> {
  const delimiter = Buffer.from(`--${boundary}`);
  if (!body.subarray(0, delimiter.length).equals(delimiter)) throw malformed('it does not begin with its boundary');
  let at = delimiter.length;
  for (let count = 0; count < MAX_PARTS; count++) {
    if (body.toString('latin1', at, at + 2) === '--') {
      if (body.subarray(at + 2).some((byte) => byte !== 0x0d && byte !== 0x0a))
        throw malformed('it has text behind its last part');
      return;
    }
    if (!body.subarray(at, at + 2).equals(CRLF)) throw malformed('a boundary does not end its line');
    const headersEnd = body.indexOf(END_OF_HEADERS, at);
    if (headersEnd === -1 || headersEnd - at > MAX_PART_HEADERS) throw malformed('a part has no headers');
    const start = headersEnd + END_OF_HEADERS.length;
    // Wherever it stands: some readers take one behind a bare line feed for a boundary, too.
    const next = body.indexOf(delimiter, at);
    if (next === -1) throw malformed('its last boundary is missing');
    const end = next - CRLF.length;
    if (end < start || !body.subarray(end, next).equals(CRLF))
      throw malformed('its boundary stands where no part ends');
    yield { headers: body.toString('utf8', at + 2, headersEnd), start, end };
    at = next + delimiter.length;
  }
  throw malformed(`it has more than ${MAX_PARTS} parts`);
}

function fieldName(headers: string): string {
  const lines = headers.split('\r\n');
  if (!lines.every((line) => HEADER_LINE.test(line))) throw malformed("a part's headers cannot be read");
  const dispositions = lines.filter((line) => /^content-disposition:/i.test(line));
  const [, rest] = /^content-disposition:\s*form-data\s*(;.*)$/i.exec(dispositions[0] ?? '') ?? [];
  if (dispositions.length !== 1 || rest === undefined) throw malformed('a part has no Content-Disposition of a form');
  const names: string[] = [];
  PARAMETER.lastIndex = 0;
  for (let at = 0; at < rest.length; at = PARAMETER.lastIndex) {
    const [, parameter, quoted, token] = PARAMETER.exec(rest) ?? [];
    if (parameter === undefined || parameter.toLowerCase() === 'name*')
      throw malformed("a part's Content-Disposition cannot be read");
    if (parameter.toLowerCase() === 'name') names.push(quoted ?? token ?? '');
  }
  const [name, ...more] = names;
  if (name === undefined || more.length > 0 || name.includes('\\'))
    throw malformed('a part does not have one plain name');
  return name;
}

const malformed = (reason: string) => new GatewayError('body_malformed', { reason });
