import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { CLIENT_ID, startIssuer } from '../test/support/issuer.ts';
import { until } from '../test/support/until.ts';
import { type Children, nextMessage, programPath } from './children.ts';
import type { Served } from './served.ts';

/** Something that the load goes through. */
export interface Contender {
  readonly name: 'direct' | 'floor' | 'open' | 'authenticated';
  readonly url: string;
  /** Whose CPU time counts; absent for the upstream itself. */
  readonly pid?: number;
}

/** The cast of a benchmark. */
export interface Cast {
  /** The upstream without anything before it: what streams are compared with. */
  readonly direct: Contender;
  readonly proxies: readonly Contender[];
  /** What every request carries, so that all contenders read the same bytes. */
  readonly token: string;
  close(): Promise<void>;
}

const START_TIMEOUT = 20;
const HOUR = 3600;
/** What makes an access token of Keycloak's as large as they are there: 1.2 KB. */
const FURTHER_CLAIMS = {
  sid: '7f0c7a52-3f5a-4c3e-9d0c-1b6a4d2f8e11',
  acr: '1',
  'allowed-origins': ['https://inference-gateway.local'],
  realm_access: { roles: ['offline_access', 'uma_authorization'] },
  resource_access: { account: { roles: ['manage-account'] } },
  email_verified: true,
  name: 'Demo User',
  preferred_username: 'demo',
};

/** Starts upstream, floor, issuer, and the gateway twice: as it comes, with authentication off and on. */
export async function startCast(children: Children): Promise<Cast> {
  const upstream = await served(children.fork('upstream.ts'));
  const floor = children.fork('floor.ts', [upstream.url]);
  const issuer = await startIssuer();
  const token = await issuer.token({ exp: Math.floor(Date.now() / 1000) + HOUR, ...FURTHER_CLAIMS });
  const [{ url }, open, authenticated] = await Promise.all([
    served(floor),
    startGateway(children, 'open', upstream.url, { ENABLE_AUTH: 'false' }),
    startGateway(children, 'authenticated', upstream.url, {
      OIDC_ISSUER_URL: issuer.url,
      OIDC_CLIENT_ID: CLIENT_ID,
    }),
  ]);
  return {
    direct: { name: 'direct', url: upstream.url },
    proxies: [{ name: 'floor', url, ...pidOf(floor) }, open, authenticated],
    token,
    close: () => issuer.close(),
  };
}

const served = (child: ChildProcess) => nextMessage<Served>(child);
const pidOf = ({ pid }: ChildProcess) => (pid === undefined ? {} : { pid });

async function startGateway(
  children: Children,
  name: 'open' | 'authenticated',
  upstream: string,
  authentication: Readonly<Record<string, string>>,
): Promise<Contender> {
  const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
  const child = children.start(name, programPath('../main.ts'), {
    SERVER_PORT: String(port),
    TELEMETRY_METRICS_PORT: String(metricsPort),
    OPENAI_API_URL: `${upstream}/v1`,
    OPENAI_API_KEY: 'the-key-of-the-provider',
    ...authentication,
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(async () => child.exitCode !== null || (await isReady()), START_TIMEOUT);
  if (child.exitCode !== null) throw new Error(`the gateway did not start:\n${children.log(name)}`);
  return { name, url, ...pidOf(child) };
}

/** A port that nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
