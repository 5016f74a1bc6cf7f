import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { selfSignedCertificate } from '../../../lib/local/cluster/selfSignedCertificate.ts';
import { eventually } from '../../relay/relayProcess.ts';
import type { ControlPlane } from '../controlPlane.ts';
import type { RealScenario } from '../realScenario.ts';
import type { RealWorld } from '../realWorld.ts';
import { bindRelay, unbindRelay } from '../rights.ts';

/** A watch that is open stays open when the right to it is gone: it has to end by silence, and the next one is refused. */
const impatient = { retry_forbidden: '500ms', idle_timeout: '1s' };
const accounts = '/api/v1/namespaces/default/serviceaccounts';

/** Who the relay is, and what it may. */
export const identity: readonly RealScenario[] = [
  {
    name: 'rights taken away and given back',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp(impatient);
      await world.produce(200);
      await unbindRelay(plane);
      await untilUnready(world, /403/);
      await world.produce(200);
      await bindRelay(plane);
      await untilReady(world);
      await world.produce(200);
    },
  },
  {
    name: 'service account token rotated, the old one revoked',
    needs: 'control plane',
    run: async (world, plane) => {
      const tokenFile = path.join(plane.directory, 'token');
      await bindRelay(plane, 'default');
      await writeFile(tokenFile, await newToken(plane));
      world.identity = await plane.kubeconfigFor({ tokenFile });
      await world.warmUp(impatient);
      for (let round = 0; round < 3; round += 1) {
        await world.produce(100);
        // Tokens are of an account with a uid: without the account they are worth nothing, at once.
        await plane.client.call('DELETE', `${accounts}/relay`);
        await untilUnready(world, /401/);
        await world.produce(100);
        await writeFile(tokenFile, await newToken(plane));
        await untilReady(world);
      }
      await world.produce(100);
      await plane.client.call('DELETE', `${accounts}/relay`);
    },
  },
  {
    name: 'client certificate expires, and is renewed',
    needs: 'control plane',
    run: async (world, plane) => {
      const file = (name: string) => path.join(plane.directory, name);
      const good = newCertificate(60 * 60_000);
      const short = newCertificate(45_000);
      await plane.trustClient(short.cert + good.cert);
      const put = ({ cert, key }: typeof good) =>
        Promise.all([writeFile(file('relay.crt'), cert), writeFile(file('relay.key'), key, { mode: 0o600 })]);
      await put(short);
      world.identity = await plane.kubeconfigFor({
        'client-certificate': file('relay.crt'),
        'client-key': file('relay.key'),
      });
      await world.warmUp(impatient);
      await world.produce(200);
      await untilUnready(world, /401/, 90_000);
      await world.produce(200);
      await put(good);
      await untilReady(world);
      await world.produce(200);
    },
  },
];

async function newToken({ client }: ControlPlane): Promise<string> {
  await client.call('POST', accounts, { metadata: { name: 'relay' } });
  const { status } = await client.call('POST', `${accounts}/relay/token`, { spec: { expirationSeconds: 600 } });
  return String((status as { token?: unknown }).token);
}

function newCertificate(livesMs: number) {
  return selfSignedCertificate({ subject: 'relay', notAfter: new Date(Date.now() + livesMs) });
}

async function untilUnready(world: RealWorld, why: RegExp, withinMs = 30_000): Promise<void> {
  await eventually(
    `the relay is not ready because of ${why}`,
    async () => {
      const { status, body } = await world.relay.get('/ready');
      if (status === 503) world.note = String((JSON.parse(body) as { reasons: string[] }).reasons[0]).slice(0, 110);
      return status === 503 && why.test(body);
    },
    withinMs,
  );
}

async function untilReady(world: RealWorld): Promise<void> {
  await eventually('the relay is ready', async () => (await world.relay.get('/ready')).status === 200, 60_000);
}
