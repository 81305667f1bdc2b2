import { createHash } from 'node:crypto';
import { ApiError, isJson, type Json, objectsOf } from './types.ts';

/** Creation time in every answer: fixed, so that the same request always gives the same bytes. */
export const CREATED = 1_735_689_600;

const ECHO_LIMIT = 400;

/** An id that depends on the request only. */
export function idFor(prefix: string, body: Json): string {
  return `${prefix}${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 24)}`;
}

/** The text of a message's content, given as a string or as parts (`text`, `input_text`, …). */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = objectsOf(content).map((part) => part['text']);
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** Text in pieces that a stream sends one by one: words, each with the white space after it. */
export function wordsOf(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? [];
}

/** The number of tokens of a text, where a token is a word. */
export function countTokens(text: string): number {
  return wordsOf(text).length;
}

/** The list of chat messages. Throws `ApiError` 400 when it is missing, empty, or holds something else. */
export function messagesOf(body: Json): Json[] {
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isJson)) {
    throw new ApiError(400, "'messages' must be a list of at least one message.", 'invalid_messages', 'messages');
  }
  return messages;
}

/** What the user said last in a conversation. */
export function lastUserText(messages: readonly Json[]): string {
  return textOf(messages.findLast((message) => message['role'] === 'user')?.['content']).trim();
}

/** A finished answer and why it ended. */
export interface Reply {
  readonly text: string;
  readonly words: readonly string[];
  /** True when the caller's token limit cut it. */
  readonly cut: boolean;
}

/** The demo model's answer to a prompt, cut at `limit` tokens. Throws `ApiError` 400 for a limit that is no count. */
export function replyTo(prompt: string, limit: unknown): Reply {
  if (limit !== undefined && limit !== null && !(Number.isInteger(limit) && Number(limit) > 0)) {
    throw new ApiError(400, 'The token limit must be a positive integer.', 'invalid_token_limit', 'max_tokens');
  }
  const all = wordsOf(sentenceAbout(prompt));
  const words = typeof limit === 'number' ? all.slice(0, limit) : all;
  return { text: words.join(''), words, cut: words.length < all.length };
}

function sentenceAbout(prompt: string): string {
  if (prompt === '') return 'Hello! You did not say anything yet, so there is nothing I could answer.';
  const echo = prompt.length > ECHO_LIMIT ? `${prompt.slice(0, ECHO_LIMIT)}…` : prompt;
  return `You said: "${echo}" I am the demo model behind this gateway, and I always give the same answer to the same question.`;
}

/** Usage numbers in OpenAI's names. */
export function usageOf(prompt: string, completion: string): Json {
  const input = countTokens(prompt);
  const output = countTokens(completion);
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

/** All text of a conversation, for counting. */
export function promptText(messages: readonly Json[]): string {
  return messages.map((message) => textOf(message['content'])).join(' ');
}
