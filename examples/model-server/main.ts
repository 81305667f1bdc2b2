import { parseArgs } from 'node:util';
import { startModelServer } from './server.ts';

const HELP = `A demo model server that speaks the OpenAI API. The same request always gets the same answer.

  node examples/model-server/main.ts [options]

  --host <address>      address to listen on (127.0.0.1)
  --port <number>       port to listen on, 0 for a free one (8090)
  --chunk-delay <ms>    milliseconds between two words of a stream (20)
  --help                this text

MODEL_SERVER_API_KEY    when set, requests must carry it: Authorization: Bearer <key>
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8090' },
      'chunk-delay': { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const apiKey = process.env['MODEL_SERVER_API_KEY'];
  const server = await startModelServer({
    host: values.host,
    port: wholeNumber('--port', values.port, 65_535),
    chunkDelayMs: wholeNumber('--chunk-delay', values['chunk-delay'], 60_000),
    ...(apiKey && { apiKey }),
  });
  process.stdout.write(`The demo model server answers at ${server.url}/v1\n`);
  process.send?.({ url: server.url });
  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop).once('disconnect', stop);
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new TypeError(`${name} must be a whole number from 0 to ${most}, not '${text}'`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
