import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { MODEL, startTestBed } from './support/gateway.ts';
import { until } from './support/until.ts';

const CHUNK = Buffer.alloc(64 * 1024, 'x');

test('a caller who reads slowly slows the provider down, and gets every byte', { timeout: 30_000 }, async () => {
  await using bed = await startTestBed();
  const total = 64 * 1024 * 1024;
  let written = 0;
  bed.upstream.handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    const write = () => {
      while (written < total) {
        written += CHUNK.length;
        if (!response.write(CHUNK)) return response.once('drain', write);
      }
      return response.end();
    };
    write();
  };
  const body = JSON.stringify({ model: MODEL });
  const socket = connect(Number(new URL(bed.url).port), '127.0.0.1');
  const token = await bed.issuer.token();
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await until(() => written > 0);
  // Until the socket buffers on the way are full, the provider may write; then it must stand still.
  let before = -1;
  await until(() => {
    const still = before === written;
    before = written;
    return still;
  }, 10);
  expect(written).toBeLessThan(total / 2);

  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  expect(received).toBeGreaterThan(total);
});
