/** What is sent and what must come back, in every process of the benchmark. */

/** As the provider knows it. */
const MODEL = 'bench-model';
const REQUEST_SIZE = 286;
const EVENTS = 20;

/** Keep-alive connections of JSON requests, one at a time on each. */
export const CONNECTIONS = 64;
/** Streams at a time. */
export const STREAMS = 32;
/** Milliseconds between two events of a stream; the first one comes at once. */
export const EVENT_INTERVAL = 5;
/** The path of the load, at the gateway, the floor and the upstream alike. */
export const PATH = '/v1/chat/completions';

const requestOf = (model: string, stream: boolean, content: string) =>
  JSON.stringify({
    model,
    stream,
    temperature: 0.5,
    messages: [
      { role: 'system', content: 'You are a terse assistant.' },
      { role: 'user', content },
    ],
  });

function request(stream: boolean): { readonly asked: string; readonly forwarded: string } {
  const asked = `openai/${MODEL}`;
  const content = 'How long is a request? '.padEnd(REQUEST_SIZE - requestOf(asked, stream, '').length, 'so long ');
  return { asked: requestOf(asked, stream, content), forwarded: requestOf(MODEL, stream, content) };
}

/** What a caller sends, and what of it a gateway forwards: the same without the provider's prefix. */
export const JSON_REQUEST = request(false);
export const STREAM_REQUEST = request(true);

/** The answer to {@link JSON_REQUEST}, some 300 bytes. */
export const JSON_ANSWER = JSON.stringify({
  id: 'chatcmpl-0123456789',
  object: 'chat.completion',
  created: 1_750_000_000,
  model: MODEL,
  choices: [{ index: 0, message: { role: 'assistant', content: 'As long as it takes.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 42, completion_tokens: 6, total_tokens: 48 },
});

/** The events of the answer to {@link STREAM_REQUEST}, the end mark included. */
export const STREAM_EVENTS: readonly string[] = Array.from({ length: EVENTS }, (_, index) =>
  index === EVENTS - 1
    ? 'data: [DONE]\n\n'
    : `data: ${JSON.stringify({
        id: 'chatcmpl-0123456789',
        object: 'chat.completion.chunk',
        created: 1_750_000_000,
        model: MODEL,
        choices: [{ index: 0, delta: { content: ` word ${index}` }, finish_reason: null }],
      })}\n\n`,
);
