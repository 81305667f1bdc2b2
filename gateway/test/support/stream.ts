import type { TestBed } from './gateway.ts';

/** An event stream as a caller sees it. */
export interface TestStream {
  readonly response: Response;
  /** All that has come so far. */
  text(): string;
  /** The events so far, comments left out. */
  events(): string[];
  /** Fulfils at the regular end, rejects when the answer was cut. */
  readonly done: Promise<void>;
}

/** Asks for a streamed chat and reads along; returns once the status has come. */
export async function startStream(bed: TestBed, model: string, signal?: AbortSignal): Promise<TestStream> {
  const response = await bed.request('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model, stream: true, messages: [] }),
    ...(signal && { signal }),
  });
  let text = '';
  const done = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })();
  done.catch(() => {});
  const events = () => text.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'));
  return { response, text: () => text, events, done };
}
