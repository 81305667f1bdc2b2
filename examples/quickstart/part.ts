import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isJson } from '../model-server/types.ts';

/** How a part of the stack is started. */
export interface PartOptions {
  /** What messages call it. */
  readonly name: string;
  /** Arguments for Node: its own flags, the program, the program's. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets each line that the part writes. */
  readonly onLine?: (line: string) => void;
  /** Gets what the part says about a slow start. */
  readonly onProgress?: (message: string) => void;
}

/** How a part ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const TAIL_LINES = 30;

/** A part of the stack: a child process with an IPC channel, whose closing tells it that its parent is gone. */
export class Part {
  readonly name: string;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #tail: string[] = [];
  readonly #url: Promise<string>;
  #exit: Exit | undefined;

  constructor({ name, args, env, onLine, onProgress }: PartOptions) {
    this.name = name;
    // A group of its own: Ctrl-C in a terminal goes to the whole group, and the parent alone decides how its parts end.
    this.#child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit) => {
        this.#exit = exit;
        resolve(exit);
      };
      this.#child.once('error', () => end({ code: 1, signal: null }));
      this.#child.once('close', (code, signal) => end({ code, signal }));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.#keep(line, onLine));
    }
    // From the start: a part may report before anybody waits for it.
    this.#url = new Promise((resolve) => {
      this.#child.on('message', (message) => {
        if (!isJson(message)) return;
        if (typeof message['progress'] === 'string') onProgress?.(message['progress']);
        if (typeof message['url'] === 'string') resolve(message['url']);
      });
    });
  }

  /** The process id; 0 when the process could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The last lines that it wrote. */
  get tail(): string {
    return this.#tail.join('\n');
  }

  /** Resolves with the URL that the part reports once it listens. Rejects when it ends first or takes too long. */
  listening(deadlineMs: number): Promise<string> {
    return this.before(this.#url, deadlineMs);
  }

  /** A promise that also fails when the part ends before it, or when it takes longer than the deadline. */
  async before<T>(promise: Promise<T>, deadlineMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.failure(`was not ready after ${deadlineMs / 1000} s`)), deadlineMs);
    });
    const ended = this.exited.then((exit) => Promise.reject(this.failure(describeExit(exit))));
    return Promise.race([promise, ended, late]).finally(() => clearTimeout(timer));
  }

  /** An error that names the part, what happened, and what it wrote last. */
  failure(what: string): Error {
    return new Error(`The ${this.name} ${what}.${this.tail && `\nIts last lines:\n${indent(this.tail)}`}`);
  }

  /** Ends it: a signal to finish, then SIGKILL after the deadline. */
  async stop(signal: NodeJS.Signals, deadlineMs: number): Promise<void> {
    if (this.#exit) return;
    const timer = setTimeout(() => this.kill(), deadlineMs);
    this.#child.kill(signal);
    await this.exited;
    clearTimeout(timer);
    this.#killGroup(); // what it may have left behind
  }

  /** Kills it and what it started at once. */
  kill(): void {
    if (!this.#exit) this.#killGroup();
  }

  #killGroup(): void {
    if (!this.#child.pid) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // nobody of the group is left
    }
  }

  #keep(line: string, onLine: PartOptions['onLine']): void {
    this.#tail.push(line);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
    onLine?.(line);
  }
}

/** How a part ended, in words. */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `was stopped by ${signal}` : `stopped with exit code ${code}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
