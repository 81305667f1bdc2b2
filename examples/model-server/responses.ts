import { requireModel } from './models.ts';
import { CREATED, countTokens, idFor, lastUserText, type Reply, replyTo, textOf } from './text.ts';
import { type Answer, ApiError, type Json, objectsOf, type StreamEvent } from './types.ts';

/** `POST /v1/responses`. */
export function responses(body: Json): Answer {
  const model = requireModel(body['model']);
  const input = body['input'];
  if (typeof input !== 'string' && !Array.isArray(input)) {
    throw new ApiError(400, "'input' must be a string or a list of items.", 'invalid_input', 'input');
  }
  const messages = typeof input === 'string' ? [{ role: 'user', content: input }] : objectsOf(input);
  const reply = replyTo(lastUserText(messages), body['max_output_tokens']);
  const prompt = [textOf(body['instructions']), ...messages.map((message) => textOf(message['content']))].join(' ');
  const head: Json = { ...describe(body), id: idFor('resp_', body), model };
  const done = { ...finish(reply, prompt), output: [messageItem(body, reply.text, 'completed')] };
  if (body['stream'] !== true) return { json: { ...head, ...done } };
  return { events: numbered(responseEvents(body, reply, head, { ...head, ...done })) };
}

function describe(body: Json): Json {
  const { instructions = null, metadata = {}, temperature = 1, top_p = 1, max_output_tokens = null } = body;
  return {
    object: 'response',
    created_at: CREATED,
    error: null,
    instructions,
    metadata,
    temperature,
    top_p,
    max_output_tokens,
    parallel_tool_calls: false,
    tool_choice: 'none',
    tools: [],
  };
}

function finish(reply: Reply, prompt: string): Json {
  const [input, output] = [countTokens(prompt), countTokens(reply.text)];
  return {
    status: reply.cut ? 'incomplete' : 'completed',
    incomplete_details: reply.cut ? { reason: 'max_output_tokens' } : null,
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

function messageItem(body: Json, text: string | undefined, status: string): Json {
  const content = text === undefined ? [] : [textPart(text)];
  return { id: idFor('msg_', body), type: 'message', status, role: 'assistant', content };
}

function textPart(text: string): Json {
  return { type: 'output_text', text, annotations: [] };
}

function responseEvents(body: Json, reply: Reply, head: Json, done: Json): StreamEvent[] {
  const started = { ...head, status: 'in_progress', incomplete_details: null, output: [], usage: null };
  const at = { item_id: idFor('msg_', body), output_index: 0, content_index: 0 };
  const event = (type: string, data: Json, word = false): StreamEvent => ({
    event: type,
    data: { type, ...data },
    word,
  });
  const item = (text: string | undefined, status: string): Json => ({
    output_index: 0,
    item: messageItem(body, text, status),
  });
  return [
    event('response.created', { response: started }),
    event('response.in_progress', { response: started }),
    event('response.output_item.added', item(undefined, 'in_progress')),
    event('response.content_part.added', { ...at, part: textPart('') }),
    ...reply.words.map((delta) => event('response.output_text.delta', { ...at, delta, logprobs: [] }, true)),
    event('response.output_text.done', { ...at, text: reply.text, logprobs: [] }),
    event('response.content_part.done', { ...at, part: textPart(reply.text) }),
    event('response.output_item.done', item(reply.text, 'completed')),
    event(reply.cut ? 'response.incomplete' : 'response.completed', { response: done }),
  ];
}

function numbered(events: StreamEvent[]): StreamEvent[] {
  return events.map((entry, index) =>
    typeof entry.data === 'string' ? entry : { ...entry, data: { ...entry.data, sequence_number: index } },
  );
}
