import type { Context } from 'hono';
import type { GatewayEnv } from './exchange.ts';

/** A reason not to send requests here; undefined while there is none. */
export type ReadinessCheck = () => string | undefined;

/** Liveness: never depends on the issuer or a provider, whose restart would not be helped by ours. */
export function health(c: Context<GatewayEnv>): Response {
  return c.json({ status: 'ok' });
}

/** Readiness: 503 while any check has a reason, each told by its name. */
export function readiness(checks: Readonly<Record<string, ReadinessCheck>>) {
  return function answerReadiness(c: Context<GatewayEnv>): Response {
    const results = Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check() ?? 'ok']));
    const ready = Object.values(results).every((result) => result === 'ok');
    return c.json({ status: ready ? 'ok' : 'unavailable', checks: results }, ready ? 200 : 503, {
      'cache-control': 'no-store',
    });
  };
}
