import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { GatewayConfig } from '../config.ts';
import { EventBoundary, errorEvent, heartbeat, isEventStream } from './event-stream.ts';
import { refusalOf, UpstreamTimeout, upstreamError } from './failures.ts';
import { responseHeaders } from './headers.ts';

/** What a relay tells while it runs. */
export interface RelayObserver {
  readonly requestId: string;
  readonly provider: string;
  /** The answer is an event stream and has begun. */
  streaming(): void;
  /** The answer broke off after it had begun. */
  broken(error: ReturnType<typeof upstreamError>): void;
}

type Limits = Pick<GatewayConfig['upstream'], 'firstByteTimeout' | 'idleTimeout' | 'heartbeatInterval'>;
type Controller = Dispatcher.DispatchController;

/** The reason given to undici when nobody waits for the answer any more. */
const CALLER_GONE = new Error('the caller left');

/**
 * Carries a provider's answer to the caller's connection as it arrives: undici's handler on one side, Node's response
 * on the other, with back-pressure between them. Web streams in between would cost three times as much.
 */
export class Relay implements Dispatcher.DispatchHandler {
  /** Fulfils once the status is on its way; rejects with a GatewayError while nothing was sent. */
  readonly begun: Promise<void>;
  readonly #outgoing: ServerResponse;
  readonly #limits: Limits;
  readonly #observer: RelayObserver;
  readonly #settle: { resolve: () => void; reject: (error: Error) => void };
  #controller: Controller | undefined;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #boundary: EventBoundary | undefined;
  #idle = false;
  #answering = false;
  #over = false;

  constructor(outgoing: ServerResponse, limits: Limits, observer: RelayObserver) {
    this.#outgoing = outgoing;
    this.#limits = limits;
    this.#observer = observer;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.begun = promise;
    // When something is thrown before anybody waits for it, its rejection is nobody's.
    promise.catch(() => {});
    this.#settle = { resolve, reject };
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#outgoing.destroyed) controller.abort(CALLER_GONE);
    else this.#limit('first byte', this.#limits.firstByteTimeout);
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.#over) return;
    const refusal = refusalOf(status, this.#observer.provider);
    if (refusal) {
      this.#fail(refusal);
      controller.abort(refusal);
      return;
    }
    const allowed = responseHeaders(status, headers);
    this.#outgoing.writeHead(status, allowed);
    this.#answering = true;
    if (isEventStream(allowed['content-type'])) this.#beginStream(headers['content-encoding'] === undefined);
    this.#settle.resolve();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#over) return;
    this.#limit('idle', this.#limits.idleTimeout);
    this.#boundary?.passed(chunk);
    this.#heartbeat?.refresh();
    if (this.#outgoing.write(chunk)) return;
    controller.pause();
    this.#outgoing.once('drain', () => {
      this.#limit('idle', this.#limits.idleTimeout);
      controller.resume();
    });
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#outgoing.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (!this.#over) this.#fail(error);
  }

  /** The caller's connection is done with: whatever still runs for it ends now. */
  callerClosed(): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    this.#finish();
    this.#controller?.abort(CALLER_GONE);
    this.#settle.reject(CALLER_GONE);
  }

  #beginStream(readable: boolean): void {
    this.#boundary = new EventBoundary();
    this.#observer.streaming();
    // The caller should see the status even when the first event takes long, but not as a packet of its own otherwise.
    setImmediate(() => this.#over || this.#outgoing.flushHeaders());
    const { heartbeatInterval } = this.#limits;
    // In a compressed stream a comment would be noise.
    if (heartbeatInterval > 0 && readable) this.#heartbeat = setInterval(() => this.#beat(), heartbeatInterval);
  }

  #beat(): void {
    if (this.#boundary?.reached && !this.#outgoing.writableNeedDrain) this.#outgoing.write(heartbeat());
  }

  /** Ends the exchange unless it moves on within `milliseconds`. */
  #limit(phase: 'first byte' | 'idle', milliseconds: number): void {
    if (this.#timer && phase === 'idle' && this.#idle) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#idle = phase === 'idle';
    this.#timer = setTimeout(() => {
      // When the caller does not read, the provider is not to blame, and there is nobody to tell.
      if (this.#over || this.#outgoing.writableNeedDrain) {
        this.#outgoing.destroy();
        return;
      }
      const timeout = new UpstreamTimeout(phase);
      this.#fail(timeout);
      this.#controller?.abort(timeout);
    }, milliseconds);
  }

  /** The status was sent: an event can still tell of the failure; a plain answer can only be cut. */
  #fail(failure: Error): void {
    this.#finish();
    const error = upstreamError(failure, this.#observer.provider, this.#answering);
    if (!this.#answering) {
      clearTimeout(this.#timer);
      this.#settle.reject(error);
      return;
    }
    this.#observer.broken(error);
    if (this.#boundary && !this.#outgoing.hasHeader('content-length')) {
      this.#outgoing.end(errorEvent(error, this.#observer.requestId, this.#boundary));
    } else {
      this.#outgoing.destroy();
    }
  }

  /** The timer goes on until the connection is done with: its last bytes have to be read in time as well. */
  #finish(): void {
    this.#over = true;
    clearInterval(this.#heartbeat);
  }
}
