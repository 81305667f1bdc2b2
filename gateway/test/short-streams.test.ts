import { Agent, request } from 'node:http';
import { expect, test } from 'vitest';
import { MODEL, startTestBed } from './support/gateway.ts';

const STREAMS = 3000;
const AT_ONCE = 32;
const FIRST = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';
const REST = 'data: {"choices":[{"delta":{"content":"b"}}]}\n\ndata: [DONE]\n\n';

test(`${STREAMS} short streams whose first chunk comes at once all arrive whole`, { timeout: 60_000 }, async () => {
  await using bed = await startTestBed({ LOG_LEVEL: 'warn' });
  bed.upstream.handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(FIRST);
    setImmediate(() => response.end(REST));
  };
  const token = await bed.issuer.token();
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const body = JSON.stringify({ model: MODEL, stream: true });
  const headers = { authorization: `Bearer ${token}`, 'content-length': body.length };
  const read = () =>
    new Promise<string>((resolve, reject) => {
      const sent = request(`${bed.url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text)).on('error', reject);
      });
      sent.on('error', reject).end(body);
    });
  const broken: string[] = [];
  let left = STREAMS;
  const worker = async () => {
    while (left-- > 0) {
      const text = await read().catch((error: Error) => `error: ${error.message}`);
      if (text !== FIRST + REST) broken.push(text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  agent.destroy();
  expect(broken).toEqual([]);
});
