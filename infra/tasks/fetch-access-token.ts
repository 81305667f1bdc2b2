import { TaskError } from '../cluster/task-error.ts';
import { fetchToken, GRANTS } from '../cluster/token.ts';
import { clusterTask } from './task.ts';

/** Prints an access token and nothing else. `GRANT` is `password` (the demo user) or `client_credentials`. */
await clusterTask(async ({ cluster, config, environment, print }) => {
  const told = environment['GRANT'] || (config.keycloak.demoUser ? 'password' : 'client_credentials');
  const grant = GRANTS.find((name) => name === told);
  if (!grant) throw new TaskError(`GRANT is ${GRANTS.join(' or ')}, not ${told}.`);
  print(await fetchToken(cluster, config, grant));
});
