import { findJava } from '../keycloak/java.ts';

/**
 * What keeps Keycloak's tests from running, and how to get it; empty when nothing does. Throws it with REQUIRE_TOOLS=1.
 */
export async function missingJava(): Promise<string> {
  const missing = await findJava(process.env).then(
    () => '',
    (error: Error) => error.message,
  );
  if (missing && process.env['REQUIRE_TOOLS'] === '1') throw new Error(missing);
  return missing;
}
