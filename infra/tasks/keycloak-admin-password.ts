import { secretValue } from '../cluster/token.ts';
import { IDENTITY_NAMESPACE } from '../names.ts';
import { clusterTask } from './task.ts';

/** Prints the password of Keycloak's bootstrap administrator. */
await clusterTask(async ({ cluster, config, print, report }) => {
  const secret = (key: string) => secretValue(cluster, IDENTITY_NAMESPACE, config.secretNames.admin, key);
  print(await secret('password'));
  const where = config.keycloak.console ? `https://${config.hosts.keycloak}` : 'the console, which is not public here';
  report.line(`of the administrator ${await secret('username')} at ${where}`);
});
