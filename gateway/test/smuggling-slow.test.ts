import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { GatewayEnv } from '../http/exchange.ts';
import { createGatewayServer } from '../http/server.ts';

test('a caller who sends slowly, or nothing, is cut off in bounded time', () => {
  const server = createGatewayServer(new Hono<GatewayEnv>(), undefined);
  expect(server.headersTimeout).toBeGreaterThan(0);
  expect(server.headersTimeout).toBeLessThanOrEqual(60_000);
  expect(server.requestTimeout).toBeGreaterThan(0);
  expect(server.requestTimeout).toBeLessThanOrEqual(300_000);
  // Longer than a load balancer's, bounded all the same.
  expect(server.keepAliveTimeout).toBeGreaterThanOrEqual(61_000);
  expect(server.keepAliveTimeout).toBeLessThanOrEqual(120_000);
});
