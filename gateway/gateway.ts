import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import type { GatewayConfig } from './config.ts';
import { drain } from './http/drain.ts';
import { createGatewayServer, readTls } from './http/server.ts';
import { watchFile } from './http/watch-file.ts';
import { loadAuthorities } from './proxy/authorities.ts';
import { createUpstreams } from './proxy/upstreams.ts';
import { createAccessLog } from './telemetry/access-log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createMetricsServer } from './telemetry/metrics-server.ts';

/** A gateway that listens. */
export interface Gateway {
  /** Its address, with the port that the system chose when the configuration said 0. */
  readonly url: string;
  /** Absent when metrics are off. */
  readonly metricsUrl?: string;
  /**
   * Finishes what runs, then closes.
   *
   * @param propagation milliseconds in which new requests are still accepted
   * @param signal ends the waiting at once
   * @returns how many requests were cut
   */
  stop(propagation: number, signal: AbortSignal): Promise<number>;
}

/**
 * Puts a gateway together and starts it. Does not wait for the issuer: readiness does.
 *
 * @throws Error when an address can't be listened on, or a certificate can't be read
 */
export async function startGateway(config: GatewayConfig, log: Logger): Promise<Gateway> {
  const { auth, server: serverConfig, authoritiesFile } = config;
  const authorities = authoritiesFile === undefined ? undefined : loadAuthorities(authoritiesFile);
  for (const warning of authorities?.warnings ?? []) log.warn({ file: authoritiesFile }, warning);
  const upstreams = createUpstreams(config.upstream, authorities?.context);
  const authenticator = auth && createAuthenticator(auth, (url) => upstreams.getJson(url), log);
  const metrics = createMetrics(authenticator && (() => authenticator.keys()));

  let draining = false;
  let running = 0;
  const app = createApp(config, {
    authenticator,
    upstreams,
    observers: [metrics.observer, createAccessLog(log)],
    streams: metrics.streams,
    modelsFailed: (provider, error) =>
      log.warn({ provider, reason: error.message }, "a provider's models cannot be listed"),
    lifecycle: {
      draining: () => draining,
      running: (change) => {
        running += change;
      },
    },
  });
  const server = createGatewayServer(app, serverConfig.tls);
  const metricsServer = config.metricsPort === 0 ? undefined : createMetricsServer(metrics.registry);
  const watches = watchFiles(config, server, upstreams, log);

  authenticator?.start();
  await listen(server, serverConfig.port, serverConfig.host);
  if (metricsServer) await listen(metricsServer, config.metricsPort, serverConfig.host);
  return {
    url: urlOf(server, serverConfig.tls ? 'https' : 'http', serverConfig.host),
    ...(metricsServer && { metricsUrl: `${urlOf(metricsServer, 'http', serverConfig.host)}/metrics` }),
    async stop(propagation, signal) {
      draining = true;
      const cut = await drain(server, {
        propagation,
        grace: serverConfig.shutdownGracePeriod,
        running: () => running,
        signal,
      });
      for (const unwatch of watches) unwatch();
      authenticator?.stop();
      metricsServer?.close();
      metricsServer?.closeAllConnections();
      await upstreams.close();
      return cut;
    },
  };
}

/** Certificates that are replaced while we run count from then on; a bad replacement leaves the old one, with a word in the log. */
function watchFiles(config: GatewayConfig, server: Server, upstreams: ReturnType<typeof createUpstreams>, log: Logger) {
  const {
    authoritiesFile,
    server: { tls },
  } = config;
  const reload = (file: string, use: () => void) =>
    watchFile(file, () => {
      try {
        use();
        log.info({ file }, 'the file changed and is in use');
      } catch (error) {
        log.error(
          { file, reason: error instanceof Error ? error.message : String(error) },
          'the changed file cannot be used; the old one stays',
        );
      }
    });
  const watches: (() => void)[] = [];
  if (authoritiesFile !== undefined) {
    watches.push(reload(authoritiesFile, () => upstreams.trust(loadAuthorities(authoritiesFile).context)));
  }
  if (tls && 'setSecureContext' in server) {
    const secure = server as Server & { setSecureContext(options: ReturnType<typeof readTls>): void };
    for (const file of [tls.certFile, tls.keyFile])
      watches.push(reload(file, () => secure.setSecureContext(readTls(tls))));
  }
  return watches;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

function urlOf(server: Server, scheme: string, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
