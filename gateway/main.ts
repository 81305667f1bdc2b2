// First of all, and alone: it must not wait for the others.
import './early-signals.ts';

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { describeConfig, help } from './config/describe.ts';
import { ConfigError, type GatewayConfig, parseGatewayConfig } from './config.ts';
import { startIsOver } from './early-signals.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** How long new requests are still accepted after SIGTERM: until every proxy of a cluster knows that the pod is going. */
const PROPAGATION = 5_000;
/** Log lines are written when there are so many bytes of them, or after so many milliseconds: a write for each would cost a fifth of a request. */
const LOG_BATCH = 15 * 1024;
const LOG_DELAY = 50;
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`${text}\n`);

function options() {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' } } }).values;
  } catch (error) {
    complain(`gateway: ${error instanceof Error ? error.message : String(error)}\n\n${help()}`);
    return process.exit(EXIT_USAGE);
  }
}

function configuration(): { config: GatewayConfig; warnings: readonly string[] } {
  try {
    return parseGatewayConfig(process.env, (path) => readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    complain('The configuration cannot be used:');
    for (const { variable, message } of error.problems) complain(`  ${variable} ${message}`);
    complain('With --help the gateway lists every variable.');
    return process.exit(EXIT_CONFIG);
  }
}

async function serve(config: GatewayConfig, warnings: readonly string[]): Promise<void> {
  const destination = pino.destination({ dest: 1, sync: false, minLength: LOG_BATCH, periodicFlush: LOG_DELAY });
  const log = pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  for (const warning of warnings) log.warn(warning);
  const gateway = await startGateway(config, log).catch((error: unknown) => {
    log.fatal({ reason: error instanceof Error ? error.message : String(error) }, 'the gateway cannot start');
    destination.flushSync();
    return process.exit(1);
  });
  log.info(
    { url: gateway.url, metrics: gateway.metricsUrl, providers: config.providers.map(({ id }) => id) },
    'the gateway is listening',
  );
  stopOnSignals(gateway, log, () => destination.flushSync());
  startIsOver();
}

/** SIGTERM waits for proxies to notice, SIGINT does not; a second signal ends the waiting for running answers. */
function stopOnSignals(gateway: Gateway, log: pino.Logger, flush: () => void): void {
  const hurry = new AbortController();
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) return hurry.abort();
    stopping = true;
    log.info({ signal }, 'stopping: finishing what runs');
    const cut = await gateway.stop(signal === 'SIGTERM' ? PROPAGATION : 0, hurry.signal);
    if (cut > 0) log.warn({ cut }, 'stopped; answers that still ran were cut');
    else log.info({ cut }, 'stopped');
    flush();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

const wanted = options();
if (wanted.help) say(help());
else {
  const { config, warnings } = configuration();
  if (wanted.check) {
    for (const warning of warnings) complain(`warning: ${warning}`);
    say(describeConfig(config));
  } else await serve(config, warnings);
}
