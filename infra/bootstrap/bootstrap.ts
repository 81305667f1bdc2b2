import type { Cluster } from '../cluster/connect.ts';
import { TaskError } from '../cluster/task-error.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { type BootstrapContext, type BootstrapOptions, contextOf, type Environment } from './context.ts';
import { problemsOfGateway, problemsOfKeycloak } from './existing-certificates.ts';
import { missingOfGateway, missingOfIdentity } from './existing-secrets.ts';
import { generateGatewaySecret, generateIdentitySecrets } from './generated-secrets.ts';
import { publish } from './publish-authority.ts';
import { makeSelfSigned } from './self-signed.ts';

export type { BootstrapOptions, Environment, Namespaces } from './context.ts';
export { publishAuthority } from './publish-authority.ts';

/**
 * Makes what Keycloak and its database need and is absent: Secrets in mode `generate`, certificates in mode `self-signed`,
 * and the gateway's copy of the authority. In the modes `existing` it checks instead; in `external-secrets`, `inline` and
 * `cert-manager` the manifests bring them, and with `cert-manager` {@link publishAuthority} is to follow them.
 *
 * Nothing that is there is changed, except certificates near their end. It may be run again at any time, twice at once, and
 * after a run that stopped half-way. Both namespaces must be there.
 *
 * @param environment `KEYCLOAK_DB_USERNAME` and `KEYCLOAK_DB_PASSWORD`, for an external database without its Secret
 * @param report takes one line for each object made or renewed, and warnings; nothing when all was there
 * @throws TaskError with all that is missing, when it cannot be made
 */
export async function bootstrapIdentity(
  cluster: Cluster,
  deployment: DeploymentConfig,
  environment: Environment,
  report: (line: string) => void,
  options: BootstrapOptions = {},
): Promise<void> {
  const context = contextOf(cluster, deployment, environment, report, options);
  const { secrets, tls } = deployment;
  await stopAtProblems(context, [
    secrets.mode === 'existing' && missingOfIdentity,
    tls.mode === 'existing' && problemsOfKeycloak,
  ]);
  if (secrets.mode === 'generate') await generateIdentitySecrets(context);
  if (tls.mode === 'self-signed') await makeSelfSigned(context);
  if (tls.mode !== 'cert-manager') await publish(context);
}

/**
 * Makes what the gateway needs and is absent: its Secret in mode `generate`, its certificate in mode `self-signed`, and its
 * copy of the authority in every mode. Where Keycloak's own Secret or certificate would be needed for that and is absent or
 * near its end, it is made too. Otherwise as {@link bootstrapIdentity}.
 *
 * @param environment provider keys (`OPENAI_API_KEY`, …) that the Secret still lacks
 * @throws TaskError with all that is missing, when it cannot be made
 */
export async function bootstrapGateway(
  cluster: Cluster,
  deployment: DeploymentConfig,
  environment: Environment,
  report: (line: string) => void,
  options: BootstrapOptions = {},
): Promise<void> {
  const context = contextOf(cluster, deployment, environment, report, options);
  const { secrets, tls } = deployment;
  await stopAtProblems(context, [
    secrets.mode === 'existing' && missingOfGateway,
    tls.mode === 'existing' && problemsOfKeycloak,
    tls.mode === 'existing' && problemsOfGateway,
  ]);
  if (secrets.mode === 'generate') await generateGatewaySecret(context);
  if (tls.mode === 'self-signed') await makeSelfSigned(context);
  await publish(context);
}

type Check = (context: BootstrapContext) => Promise<string[]>;

async function stopAtProblems(context: BootstrapContext, checks: readonly (Check | false)[]): Promise<void> {
  const found = await Promise.all(checks.map((check) => (check ? check(context) : [])));
  const problems = found.flat();
  if (problems.length === 0) return;
  throw new TaskError(
    `The deployment ${context.deployment.name} takes Secrets that are there already (mode existing), and not all are as it needs them:\n` +
      problems.map((problem) => `  ${problem}`).join('\n'),
  );
}
