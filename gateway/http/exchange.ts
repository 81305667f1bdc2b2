import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Principal } from '../auth/principal.ts';
import type { ErrorCode } from '../errors.ts';

/** What is known of a request while it goes through; the log and the metrics are made from it. */
export interface Exchange {
  readonly id: string;
  /** Where it came from, proxies that are trusted left out. */
  readonly remote: string;
  /** `performance.now()` when its headers had arrived. */
  readonly startedAt: number;
  /** A name of the gateway's own (`chat`, `models`, …), never a caller's text. */
  readonly route: string;
  principal?: Principal;
  /** Provider id, and the model as the provider knows it. */
  provider?: string;
  model?: string;
  /** Why the gateway refused or broke off. */
  code?: ErrorCode;
  /** What the log is told beside the code; never shown to the caller. */
  reason?: string;
  /** Set once the answer is an event stream. */
  streaming?: boolean;
  /** Called once, in this order, when the answer has ended, was cut, or the caller has left. */
  readonly ended: (() => void)[];
}

/** Hono's environment of every handler. */
export interface GatewayEnv {
  Bindings: HttpBindings;
  Variables: { exchange: Exchange };
}

/** Answers a request; what it throws becomes the answer of its row in the table of errors. */
export type Handler = (c: Context<GatewayEnv>) => Response | Promise<Response>;
