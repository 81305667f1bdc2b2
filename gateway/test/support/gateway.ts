import { Writable } from 'node:stream';
import pino from 'pino';
import { type Environment, parseGatewayConfig, type ReadFile } from '../../config.ts';
import { type Gateway, startGateway } from '../../gateway.ts';
import { CLIENT_ID, startIssuer, type TestIssuer } from './issuer.ts';
import { until } from './until.ts';
import { answerJson, startUpstream, type TestUpstream } from './upstream.ts';

/** One line of the gateway's log. */
export type LogLine = Record<string, unknown> & { msg: string };

/** A gateway in this process with a real issuer and a real provider, `demo`. */
export interface TestBed extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly url: string;
  readonly issuer: TestIssuer;
  readonly upstream: TestUpstream;
  readonly log: LogLine[];
  /** Sends with a good token unless the headers say otherwise. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Posts JSON with a good token. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

const noFiles: ReadFile = (path) => {
  throw new Error(`no file ${path}`);
};

/**
 * @param variables further or changed environment variables
 * @param options.ready wait until the keys are known (default), or not
 */
export async function startTestBed(
  variables: Environment = {},
  options: { ready?: boolean; readFile?: ReadFile; issuer?: TestIssuer } = {},
): Promise<TestBed> {
  const issuer = options.issuer ?? (await startIssuer());
  const upstream = await startUpstream(answerJson({ object: 'test' }));
  const { config } = parseGatewayConfig(
    {
      OIDC_ISSUER_URL: issuer.url,
      OIDC_CLIENT_ID: CLIENT_ID,
      SERVER_PORT: '0',
      TELEMETRY_METRICS_PORT: '0',
      LLAMACPP_API_URL: upstream.url,
      ...variables,
    },
    options.readFile ?? noFiles,
  );
  const { lines: log, logger } = collectLog();
  const gateway = await startGateway(config, logger);
  if (options.ready ?? true) await until(async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  const request = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${await issuer.token()}`);
    return fetch(gateway.url + path, { ...init, headers });
  };
  return {
    gateway,
    url: gateway.url,
    issuer,
    upstream,
    log,
    request,
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await gateway.stop(0, AbortSignal.abort());
      await Promise.all([issuer.close(), upstream.close()]);
    },
  };
}

function collectLog() {
  const lines: LogLine[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n')) if (line) lines.push(JSON.parse(line));
      done();
    },
  });
  return { lines, logger: pino({ level: 'debug' }, stream) };
}

/** The model that tests name: the prefix of the test provider and a name that it knows. */
export const MODEL = 'llamacpp/test-model';

/** The error of an answer in the gateway's shape. */
export async function errorOf(
  response: Response,
): Promise<{ message: string; type: string; code: string; request_id: string }> {
  return ((await response.json()) as { error: { message: string; type: string; code: string; request_id: string } })
    .error;
}
