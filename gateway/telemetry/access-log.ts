import type { Observer } from '../http/observe.ts';

/** Where a line of JSON goes. */
export interface AccessLogger {
  info(line: object, message: string): void;
  debug(line: object, message: string): void;
}

const QUIET_ROUTES = new Set(['health', 'ready']);

/** One line a request: who, what, how it ended. Never a token, a key, a prompt, or a path as the caller wrote it. */
export function createAccessLog(logger: AccessLogger): Observer {
  return function logRequest(exchange, { method, status, duration, finished }) {
    const { id, remote, route, principal, provider, model, code, reason, streaming } = exchange;
    // One shape for all, which is cheaper than many; what is undefined is left out of the line.
    const line = {
      requestId: id,
      remote,
      method,
      route,
      status,
      durationMs: Math.round(duration * 10) / 10,
      sub: principal?.subject,
      azp: principal?.client,
      provider,
      model,
      streaming,
      code,
      reason,
      cut: finished ? undefined : true,
    };
    if (QUIET_ROUTES.has(route)) logger.debug(line, 'request');
    else logger.info(line, 'request');
  };
}
