import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Listens on any free port of loopback. */
export async function listenOnLoopback(
  server: Server,
  port = 0,
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const { port: chosen } = server.address() as AddressInfo;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
  });
  return {
    url: `http://127.0.0.1:${chosen}`,
    port: chosen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A port that nothing listens on, for settings in which 0 means something else. */
export async function freePort(): Promise<string> {
  const { port, close } = await listenOnLoopback(createServer());
  await close();
  return String(port);
}
