import { requireModel } from './models.ts';
import { CREATED, idFor, lastUserText, messagesOf, promptText, type Reply, replyTo, textOf, usageOf } from './text.ts';
import { type Answer, isJson, type Json, type StreamEvent } from './types.ts';

const reasonOf = (reply: Reply): string => (reply.cut ? 'length' : 'stop');

/** `POST /v1/chat/completions`. */
export function chatCompletions(body: Json): Answer {
  const model = requireModel(body['model']);
  const messages = messagesOf(body);
  const reply = replyTo(lastUserText(messages), body['max_completion_tokens'] ?? body['max_tokens']);
  const head = { id: idFor('chatcmpl-', body), created: CREATED, model };
  const usage = usageOf(promptText(messages), reply.text);
  if (body['stream'] === true) return { events: chatEvents(head, reply, wantsUsage(body) ? usage : undefined) };
  const message = { role: 'assistant', content: reply.text, refusal: null };
  const choice = { index: 0, message, logprobs: null, finish_reason: reasonOf(reply) };
  return { json: { ...head, object: 'chat.completion', choices: [choice], usage } };
}

/** `POST /v1/completions`, the older form with a bare prompt. */
export function completions(body: Json): Answer {
  const model = requireModel(body['model']);
  const prompt = Array.isArray(body['prompt']) ? body['prompt'].join(' ') : textOf(body['prompt']);
  const reply = replyTo(prompt, body['max_tokens']);
  const head = { id: idFor('cmpl-', body), object: 'text_completion', created: CREATED, model };
  const usage = usageOf(prompt, reply.text);
  const choice = (text: string, reason: string | null) => ({ index: 0, text, logprobs: null, finish_reason: reason });
  if (body['stream'] !== true) return { json: { ...head, choices: [choice(reply.text, reasonOf(reply))], usage } };
  const words = reply.words.map((word) => ({ data: { ...head, choices: [choice(word, null)] }, word: true }));
  const end: StreamEvent[] = [{ data: { ...head, choices: [choice('', reasonOf(reply))] } }];
  if (wantsUsage(body)) end.push({ data: { ...head, choices: [], usage } });
  return { events: [...words, ...end, { data: '[DONE]' }] };
}

function chatEvents(head: Json, reply: Reply, usage: Json | undefined): StreamEvent[] {
  const chunk = (delta: Json, reason: string | null = null): Json => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    ...(usage && { usage: null }),
  });
  const words = reply.words.map((word) => ({ data: chunk({ content: word }), word: true }));
  const last = usage ? [{ data: { ...head, object: 'chat.completion.chunk', choices: [], usage } }] : [];
  return [
    { data: chunk({ role: 'assistant', content: '' }) },
    ...words,
    { data: chunk({}, reasonOf(reply)) },
    ...last,
    { data: '[DONE]' },
  ];
}

function wantsUsage(body: Json): boolean {
  const options = body['stream_options'];
  return isJson(options) && options['include_usage'] === true;
}
