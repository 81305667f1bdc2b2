import { connect } from 'node:net';
import type { TestBed } from './gateway.ts';

/** One answer, as it came over the connection. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawExchange {
  /** Without the one to the request that was sent behind. */
  readonly answers: readonly RawAnswer[];
  /** Whether the connection still served the request that was sent behind; else it was closed. */
  readonly open: boolean;
}

const DEADLINE = 10_000;
const BEHIND = 'sent-behind';
/** Answers come in the order of requests, so once this one is answered, nothing before it is outstanding. */
const PROBE = `GET /health HTTP/1.1\r\nHost: probe\r\nX-Request-Id: ${BEHIND}\r\n\r\n`;

/**
 * Writes bytes to the gateway's port and behind them a request of its own; gives all answers once that one is answered
 * or the connection has ended.
 *
 * @throws Error (rejects) when neither happens in time
 */
export async function sendRaw(url: string, bytes: string | Buffer, probe = PROBE): Promise<RawExchange> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const { promise, resolve, reject } = Promise.withResolvers<RawExchange>();
  let received = Buffer.alloc(0);
  const timer = setTimeout(() => reject(new Error(`neither answered nor closed: ${received}`)), DEADLINE);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    const { answers, rest } = readAnswers(received);
    if (rest.length === 0 && answers.at(-1)?.headers.get('x-request-id') === BEHIND) {
      resolve({ answers: answers.slice(0, -1), open: true });
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve({ answers: readAnswers(received).answers, open: false }));
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  socket.write(probe);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function readAnswers(bytes: Buffer): { answers: RawAnswer[]; rest: string } {
  const answers: RawAnswer[] = [];
  let rest = bytes.toString('latin1');
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return { answers, rest };
    const [line = '', ...fields] = rest.slice(0, end).split('\r\n');
    const headers = new Map(fields.map((field) => [field.split(':', 1)[0]?.toLowerCase() ?? '', fieldValue(field)]));
    const content = readBody(rest.slice(end + 4), headers);
    if (content === undefined) return { answers, rest };
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1]);
    if (status >= 200) answers.push({ status, headers, body: content.body });
    rest = content.rest;
  }
}

const fieldValue = (field: string) => field.slice(field.indexOf(':') + 1).trim();

function readBody(text: string, headers: ReadonlyMap<string, string>): { body: string; rest: string } | undefined {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const length = Number(headers.get('content-length') ?? 0);
    return text.length < length ? undefined : { body: text.slice(0, length), rest: text.slice(length) };
  }
  let body = '';
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, end), 16);
    const next = end + 2 + size + 2;
    if (end === -1 || text.length < next) return undefined;
    body += text.slice(end + 2, end + 2 + size);
    if (size === 0) return { body, rest: text.slice(next) };
    at = next;
  }
}

/** The code of a refusal in the gateway's shape; undefined for any other body. */
export function codeOf({ body }: RawAnswer): string | undefined {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined;
  }
}

/** Lines of a request's head, joined as HTTP wants them. */
export const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

export const SMUGGLED = 'llamacpp/smuggled';

/** A request with a good token that must never be seen as one: the provider would then get the model `smuggled`. */
export async function smuggled(bed: TestBed): Promise<string> {
  const body = `{"model":"${SMUGGLED}"}`;
  const authorization = `Authorization: Bearer ${await bed.issuer.token()}`;
  return `${head('POST /v1/chat/completions HTTP/1.1', 'Host: x', authorization, `Content-Length: ${body.length}`)}${body}`;
}

/** Whether the provider got the smuggled request. */
export const wasSmuggled = (bed: TestBed): boolean =>
  bed.upstream.received.some(({ body }) => body.toString().startsWith('{"model":"smuggled"'));
