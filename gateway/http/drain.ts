import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const CHECK_INTERVAL = 100;

/** How a server is brought to its end. Milliseconds. */
export interface DrainOptions {
  /** How long new requests are still accepted, until whoever routes them here has noticed. */
  readonly propagation: number;
  /** How long running answers may then go on. */
  readonly grace: number;
  /** Requests under way. */
  running(): number;
  /** Ends the waiting at once. */
  readonly signal: AbortSignal;
}

/**
 * Stops a server without cutting what runs: accepts for a moment, closes the door, waits, and cuts what is left.
 *
 * @returns how many requests were cut
 */
export async function drain(server: Server, { propagation, grace, running, signal }: DrainOptions): Promise<number> {
  await delay(propagation, undefined, { signal }).catch(() => {});
  server.close();
  const deadline = performance.now() + grace;
  while (running() > 0 && performance.now() < deadline && !signal.aborted) {
    await delay(Math.min(CHECK_INTERVAL, grace), undefined, { signal }).catch(() => {});
  }
  const cut = running();
  server.closeAllConnections();
  return cut;
}
