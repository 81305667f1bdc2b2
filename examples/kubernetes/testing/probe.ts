import { randomUUID } from 'node:crypto';
import { IMAGES } from '../../../infra/names.ts';
import { applyObjects, kubectl, podNow, tryKubectl } from '../../../infra/testing/kubectl.ts';

const NODE = '/usr/local/bin/node';
/** Where a probe answers. */
export const PROBE_PORT = 8080;
const CONNECT_MS = 3_000;

/** What every pod of a restricted namespace has to say. */
export const RESTRICTED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Makes a namespace that enforces Pod Security `restricted`, and takes it away when `body` is done. */
export async function withNamespace<T>(purpose: string, body: (namespace: string) => Promise<T>): Promise<T> {
  const name = `${purpose}-${randomUUID().slice(0, 8)}`;
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await applyObjects({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  try {
    return await body(name);
  } finally {
    await kubectl(['delete', 'namespace', name, '--wait=false']);
  }
}

/** A pod that a test runs programs in. */
export interface Place {
  readonly namespace: string;
  readonly pod: string;
}

/** The one running pod of a component. */
export const placeOf = async (namespace: string, name: string): Promise<Place> => ({
  namespace,
  pod: (await podNow(namespace, name)).name,
});

/** Takes a pod away again, where its namespace stays. */
export const deletePod = ({ namespace, pod }: Place): Promise<string> =>
  kubectl(['--namespace', namespace, 'delete', 'pod', pod]);

/** Starts a pod with Node that answers on {@link PROBE_PORT} and otherwise waits. The image is the gateway's: the nodes have it. */
export async function startProbe(
  namespace: string,
  pod: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Place> {
  const container = {
    name: 'probe',
    image: IMAGES.gateway,
    command: [NODE, '-e', `require("http").createServer((_, response) => response.end()).listen(${PROBE_PORT})`],
    securityContext: RESTRICTED,
    readinessProbe: { tcpSocket: { port: PROBE_PORT }, periodSeconds: 1 },
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
  };
  await applyObjects({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, namespace, labels },
    spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [container] },
  });
  await kubectl(['--namespace', namespace, 'wait', `pod/${pod}`, '--for', 'condition=Ready', '--timeout', '60s']);
  return { namespace, pod };
}

/** Runs a line of JavaScript in a pod of the gateway's image, and gives what it printed. */
export const nodeIn = ({ namespace, pod }: Place, line: string): Promise<string> =>
  kubectl(['--namespace', namespace, 'exec', pod, '--', NODE, '-e', line]);

/** Runs a program in a pod, whatever it ends with. */
export const execIn = ({ namespace, pod }: Place, ...command: string[]) =>
  tryKubectl(['--namespace', namespace, 'exec', pod, '--', ...command]);

/** Whether a pod can open a connection: `open`, `ECONNREFUSED`, `timeout`, … */
export function connectFrom(place: Place, host: string, port: number): Promise<string> {
  return nodeIn(
    place,
    `const end = (text) => { console.log(text); process.exit() };
     const socket = require('net').connect({ host: '${host}', port: ${port}, timeout: ${CONNECT_MS} });
     socket.on('connect', () => end('open')).on('timeout', () => end('timeout')).on('error', ({ code }) => end(code));`,
  ).then((text) => text.trim());
}

/** The same from a pod that has a shell, and no Node. */
export async function connectFromShell(place: Place, host: string, port: number): Promise<string> {
  const script = `exec 3<>/dev/tcp/${host}/${port}`;
  const { code } = await execIn(place, 'timeout', `${CONNECT_MS / 1000}`, 'bash', '-c', script);
  if (code === 0) return 'open';
  return code === 124 ? 'timeout' : 'refused';
}

/** The address of a pod. */
export const addressOf = ({ namespace, pod }: Place): Promise<string> =>
  kubectl(['--namespace', namespace, 'get', 'pod', pod, '--output', 'jsonpath={.status.podIP}']);
