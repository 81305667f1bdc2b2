import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { Ports } from './ports.ts';

test('a free port is taken, a busy one replaced by the next, and none is given twice', async () => {
  const holder = createServer();
  const ports = new Ports();
  const free = await ports.take(0);
  await new Promise<void>((resolve) => holder.listen(free, '127.0.0.1', resolve));
  const next = await new Ports().take(free);
  holder.close();
  expect(next).toBeGreaterThan(free);
  expect(await ports.take(free)).toBeGreaterThan(free);
});
