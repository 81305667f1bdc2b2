import { createServer, type Socket } from 'node:net';
import { PortForward } from '@kubernetes/client-node';
import type { Cluster } from './connect.ts';
import { reasonOf } from './connect.ts';
import { TaskError } from './task-error.ts';

/** A port of this machine's loopback that leads to a pod. */
export interface Forward {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Forwards a free port of 127.0.0.1 to a ready pod, as `kubectl port-forward` does: through the API server, encrypted.
 *
 * @throws TaskError when no pod with these labels is ready
 */
export async function forwardTo(
  cluster: Cluster,
  target: { namespace: string; labels: Readonly<Record<string, string>>; port: number },
): Promise<Forward> {
  const pod = await readyPod(cluster, target.namespace, target.labels);
  const forward = new PortForward(cluster.config, true);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    forward.portForward(target.namespace, pod, [target.port], socket, null, socket).then(
      (connection) => {
        if (typeof connection === 'function') return;
        socket.on('close', () => connection.close());
        connection.addEventListener('close', () => socket.destroy());
      },
      (error: unknown) => socket.destroy(new Error(reasonOf(error))),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new TypeError('a TCP server has an address with a port');
  return {
    port: address.port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readyPod(
  cluster: Cluster,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector });
  const ready = items.find(
    ({ metadata, status }) =>
      !metadata?.deletionTimestamp &&
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  if (ready?.metadata?.name) return ready.metadata.name;
  throw new TaskError(`No pod in ${namespace} with ${labelSelector} is ready. \`task status\` shows what runs.`);
}
