import { expect, test } from 'vitest';
import { EventBoundary, isEventStream } from './event-stream.ts';

test.each([
  [['data: 1\n\n'], true],
  [['data: 1\r\n\r\n'], true],
  [['data: 1\n'], false],
  [['data: 1\r\n\r'], false],
  [['data: 1'], false],
  [['data: 1\n', '\n'], true],
  [['data: 1\r', '\n', '\r', '\n'], true],
  [['data: 1\n\nd'], false],
  [[], true],
])('after %j an event is complete: %s', (chunks, reached) => {
  const boundary = new EventBoundary();
  for (const chunk of chunks) boundary.passed(Buffer.from(chunk));
  expect(boundary.reached).toBe(reached);
});

test.each([
  ['text/event-stream', true],
  ['Text/Event-Stream; charset=utf-8', true],
  ['application/json', false],
  ['text/event-streaming', false],
  [undefined, false],
])('%s is an event stream: %s', (type, expected) => {
  expect(isEventStream(type)).toBe(expected);
});
