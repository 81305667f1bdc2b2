import { expect } from 'vitest';
import { CLIENT_ID, GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, REALM } from '../../infra/names.ts';
import { list } from '../../infra/testing/kubectl.ts';
import { taskDone } from '../../infra/testing/run.ts';
import { findUser, makeUser, withAdmin } from './testing/admin.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';

const WORKLOADS = 'deployments,statefulsets,pods,services,ingresses,networkpolicies';
/** What a deployment brings back is only as it was when these stay. */
const KEPT = 'secrets,persistentvolumeclaims';

async function inBoth(kinds: string) {
  const both = [IDENTITY_NAMESPACE, GATEWAY_NAMESPACE].map((namespace) => list([kinds, '--namespace', namespace]));
  return (await Promise.all(both)).flat().map(({ kind, metadata }) => ({
    name: `${kind} ${metadata?.namespace}/${metadata?.name}`,
    uid: metadata?.uid,
  }));
}

/** What makes the realm itself, and not another of that name. */
const identity = (installation: Installation) =>
  withAdmin(installation, async ({ realms, clients }) => {
    const realm = await realms.findOne({ realm: REALM });
    const [client] = await clients.find({ clientId: CLIENT_ID });
    return { realm: realm?.id, client: client?.id, secret: client?.secret };
  });

clusterTest('what task delete takes away, deploying brings back as it was', async ({ installation }) => {
  const user = await makeUser(installation, 'before-the-deletion');
  const before = { identity: await identity(installation), kept: await inBoth(KEPT) };
  const { stderr } = await taskDone('--yes delete');
  expect(stderr).toContain('The database and the Secrets are kept');
  try {
    await expect.poll(() => inBoth(WORKLOADS), { timeout: 90_000, interval: 500 }).toEqual([]);
    expect(await inBoth(KEPT)).toEqual(before.kept);
  } finally {
    await taskDone('deploy-infrastructure');
    await taskDone('deploy-inference-gateway');
  }
  expect(await inBoth(KEPT)).toEqual(before.kept);
  expect(await identity(installation)).toEqual(before.identity);
  expect(before.identity.secret).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(await findUser(installation, user.username)).toEqual(user);
});
