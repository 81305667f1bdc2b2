import { requireModel } from './models.ts';
import { countTokens, idFor, lastUserText, messagesOf, promptText, type Reply, replyTo, textOf } from './text.ts';
import { type Answer, ApiError, type Json, type StreamEvent } from './types.ts';

const reasonOf = (reply: Reply): string => (reply.cut ? 'max_tokens' : 'end_turn');

/** `POST /v1/messages`, Anthropic's format. */
export function messages(body: Json): Answer {
  const model = requireModel(body['model']);
  if (body['max_tokens'] === undefined) throw new ApiError(400, 'max_tokens: Field required', null, 'max_tokens');
  const conversation = messagesOf(body);
  const reply = replyTo(lastUserText(conversation), body['max_tokens']);
  const input = countTokens(`${textOf(body['system'])} ${promptText(conversation)}`);
  const head = { id: idFor('msg_', body), type: 'message', role: 'assistant', model };
  if (body['stream'] === true) return { events: messageEvents(head, reply, input) };
  return {
    json: {
      ...head,
      content: [{ type: 'text', text: reply.text }],
      stop_reason: reasonOf(reply),
      stop_sequence: null,
      usage: { input_tokens: input, output_tokens: countTokens(reply.text) },
    },
  };
}

function messageEvents(head: Json, reply: Reply, input: number): StreamEvent[] {
  const event = (type: string, data: Json, word = false): StreamEvent => ({
    event: type,
    data: { type, ...data },
    word,
  });
  const usage = { input_tokens: input, output_tokens: 0 };
  const message = { ...head, content: [], stop_reason: null, stop_sequence: null, usage };
  const delta = (text: string): Json => ({ index: 0, delta: { type: 'text_delta', text } });
  return [
    event('message_start', { message }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...reply.words.map((word) => event('content_block_delta', delta(word), true)),
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: reasonOf(reply), stop_sequence: null },
      usage: { output_tokens: countTokens(reply.text) },
    }),
    event('message_stop', {}),
  ];
}
