import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The CommonJS packages among ours load Node's modules with `require`, which an ECMAScript module does not have. */
const BANNER = "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);";

/**
 * Writes the gateway and every package that it imports into one ECMAScript module, which needs Node 24 and no other file.
 * The same sources give the same bytes on every machine.
 *
 * @param outfile where to; its folders are made
 * @throws Error when something cannot be found, or would be looked for in `node_modules` when the gateway runs
 */
export async function bundleGateway(outfile: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['gateway/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Stack traces and error names stay those of the source.
    keepNames: true,
    legalComments: 'none',
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'warning',
  });
  // A package that is not installed and is required inside `try` is no error to esbuild: it stays an import.
  const leftOut = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.map(({ path }) => path).filter((path) => !isBuiltin(path)),
  );
  if (leftOut.length > 0) throw new Error(`the bundle would still import ${leftOut.join(', ')}: install them`);
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true });
  await bundleGateway(positionals[0] ?? 'dist/gateway.js');
}
