import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors.ts';

/** Hears of one member of the outermost object: where its key and its value stand, quotation marks included. */
export type OnMember = (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void;

/** No request is nested like this; a reader that goes as deep as it is told can be made to fall. */
const MAX_DEPTH = 200;
const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, PLUS, POINT, ZERO] = [...'"\\,:-+.0'].map((one) => one.charCodeAt(0));
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, SMALL_U, SMALL_E, LARGE_E] = [...'{}[]ueE'].map((one) =>
  one.charCodeAt(0),
);
const ESCAPES = new Set([...'"\\/bfnrt'].map((one) => one.charCodeAt(0)));
const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

/**
 * Reads a body as one JSON object (RFC 8259), strictly, and tells the members of the outermost one. Nothing is built
 * of what is read: JSON.parse would make a gigabyte of 32 MiB of brackets.
 *
 * @throws GatewayError body_malformed
 */
export function scanObject(body: Buffer, onMember: OnMember): void {
  if (!isUtf8(body)) throw malformed('it is not UTF-8');
  new Scanner(body, onMember).document();
}

const malformed = (reason: string) => new GatewayError('body_malformed', { reason });

class Scanner {
  readonly #body: Buffer;
  readonly #onMember: OnMember;
  #at = 0;

  constructor(body: Buffer, onMember: OnMember) {
    this.#body = body;
    this.#onMember = onMember;
  }

  document(): void {
    this.#space();
    if (this.#body[this.#at] !== OPEN_OBJECT) {
      this.#value(2); // Tells a list or a word from what is no JSON at all.
      throw malformed('it is not a JSON object');
    }
    this.#object(1);
    this.#space();
    if (this.#at < this.#body.length) throw malformed(`there is more behind its end, at byte ${this.#at}`);
  }

  #value(depth: number): void {
    const byte = this.#body[this.#at];
    if (byte === QUOTE) this.#string();
    else if (byte === OPEN_OBJECT) this.#object(depth);
    else if (byte === OPEN_ARRAY) this.#array(depth);
    else if (byte === MINUS || isDigit(byte)) this.#number();
    else this.#literal(byte);
  }

  #object(depth: number): void {
    this.#open(depth);
    if (this.#takes(CLOSE_OBJECT)) return;
    do {
      this.#space();
      const keyStart = this.#at;
      this.#string();
      const keyEnd = this.#at;
      this.#space();
      if (!this.#takes(COLON)) throw this.#wrong();
      this.#space();
      const valueStart = this.#at;
      this.#value(depth + 1);
      if (depth === 1) this.#onMember(keyStart, keyEnd, valueStart, this.#at);
      this.#space();
    } while (this.#takes(COMMA));
    if (!this.#takes(CLOSE_OBJECT)) throw this.#wrong();
  }

  #array(depth: number): void {
    this.#open(depth);
    if (this.#takes(CLOSE_ARRAY)) return;
    do {
      this.#space();
      this.#value(depth + 1);
      this.#space();
    } while (this.#takes(COMMA));
    if (!this.#takes(CLOSE_ARRAY)) throw this.#wrong();
  }

  #open(depth: number): void {
    if (depth > MAX_DEPTH) throw malformed(`it is nested deeper than ${MAX_DEPTH}`);
    this.#at += 1;
    this.#space();
  }

  #string(): void {
    const body = this.#body;
    if (body[this.#at] !== QUOTE) throw this.#wrong();
    let at = this.#at + 1;
    for (let byte = body[at]; byte !== QUOTE; byte = body[at]) {
      if (byte === BACKSLASH) at += this.#escape(at);
      else if (byte === undefined || byte < 0x20) throw this.#wrong(at);
      else at += 1;
    }
    this.#at = at + 1;
  }

  /** How many bytes the escape at `at` has. */
  #escape(at: number): number {
    const kind = this.#body[at + 1];
    if (kind === SMALL_U && [2, 3, 4, 5].every((offset) => isHex(this.#body[at + offset]))) return 6;
    if (kind === undefined || !ESCAPES.has(kind)) throw this.#wrong(at);
    return 2;
  }

  #number(): void {
    this.#takes(MINUS);
    if (!this.#takes(ZERO)) this.#digits();
    if (this.#takes(POINT)) this.#digits();
    if (this.#takes(SMALL_E) || this.#takes(LARGE_E)) {
      if (!this.#takes(PLUS)) this.#takes(MINUS);
      this.#digits();
    }
  }

  #digits(): void {
    if (!isDigit(this.#body[this.#at])) throw this.#wrong();
    while (isDigit(this.#body[this.#at])) this.#at += 1;
  }

  #literal(first: number | undefined): void {
    const word = LITERALS.get(first ?? 0);
    if (
      !word ||
      this.#body.compare(word, 0, word.length, this.#at, Math.min(this.#at + word.length, this.#body.length)) !== 0
    ) {
      throw this.#wrong();
    }
    this.#at += word.length;
  }

  #space(): void {
    let byte = this.#body[this.#at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#body[++this.#at];
  }

  #takes(byte: number | undefined): boolean {
    if (this.#body[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  #wrong(at = this.#at): GatewayError {
    return malformed(`it is not JSON, at byte ${at}`);
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && ((byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)));
