import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { selfSignedCertificate } from '../../lib/local/cluster/selfSignedCertificate.ts';
import { KubeClient } from './kubeClient.ts';

/** An etcd and a kube-apiserver of our own, which may be stopped, compacted, wiped and restored. */
export interface ControlPlane {
  /** Directory with the binaries. */
  readonly assets: string;
  /** Where files of this run may be put. */
  readonly directory: string;
  readonly adminKubeconfig: string;
  /** Of a user who may do nothing until somebody binds a role to `relay`. */
  readonly relayKubeconfig: string;
  readonly client: KubeClient;
  /** Forgets the history of watches, as etcd does every five minutes. */
  compact(): Promise<void>;
  stopApiServer(signal: NodeJS.Signals): Promise<void>;
  startApiServer(): Promise<void>;
  /** Starts over with an empty etcd: versions begin low again. */
  wipe(): Promise<void>;
  /** Keeps a copy of what etcd has, for {@link restore}. */
  backup(): Promise<void>;
  /** Puts the copy back: what was written since is gone, and its versions are given out a second time. */
  restore(): Promise<void>;
  /** A kubeconfig of another user: how it proves who it is, in the words of a kubeconfig. */
  kubeconfigFor(user: Readonly<Record<string, string>>): Promise<string>;
  /** Makes the API server know this certificate as a client's. Restarts it. */
  trustClient(certificate: string): Promise<void>;
  /** Starts another program of the directory; its output is kept beside the others' and it ends with them. */
  start(name: string, args: readonly string[]): ChildProcess;
  close(): Promise<void>;
}

/**
 * Starts a control plane from binaries.
 *
 * @param assets directory with `etcd` and `kube-apiserver`, as `setup-envtest` makes it
 */
export async function startControlPlane(assets: string): Promise<ControlPlane> {
  const directory = await mkdtemp(path.join(tmpdir(), 'kef-real-'));
  const [etcdPort, peerPort, apiPort] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(path.join(directory, 'sa.key'), keys.privateKey.export({ type: 'pkcs1', format: 'pem' }), {
    mode: 0o600,
  });
  await writeFile(path.join(directory, 'sa.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(path.join(directory, 'tokens.csv'), 'admin-token,admin,1,system:masters\nrelay-token,relay,2\n');
  const clients = path.join(directory, 'clients.crt');
  await writeFile(clients, selfSignedCertificate({ subject: 'nobody' }).cert);
  let [etcd, api]: (ChildProcess | undefined)[] = [];
  const others: ChildProcess[] = [];

  const start = (name: string, args: readonly string[]): ChildProcess => {
    const child = spawn(path.join(assets, name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(path.join(directory, `${name}.log`), { flags: 'a' });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    return child;
  };
  const startEtcd = async (): Promise<void> => {
    const peer = `http://127.0.0.1:${peerPort}`;
    etcd = start('etcd', [
      ...['--name', 'real', '--data-dir', path.join(directory, 'etcd'), '--unsafe-no-fsync'],
      ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `real=${peer}`],
    ]);
    await until('etcd is healthy', async () => (await fetch(`${etcdUrl}/health`)).ok);
  };
  const startApiServer = async (): Promise<void> => {
    const file = (name: string) => path.join(directory, name);
    api = start('kube-apiserver', [
      ...[
        `--etcd-servers=${etcdUrl}`,
        '--bind-address=127.0.0.1',
        `--secure-port=${apiPort}`,
        `--cert-dir=${file('certs')}`,
      ],
      ...[
        '--advertise-address=127.0.0.1',
        '--endpoint-reconciler-type=none',
        '--service-cluster-ip-range=10.96.0.0/16',
      ],
      ...[
        `--token-auth-file=${file('tokens.csv')}`,
        `--client-ca-file=${clients}`,
        '--authorization-mode=RBAC',
        // Nobody here makes service accounts for pods, or takes the taint off a node that became ready.
        '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
      ],
      ...[`--service-account-key-file=${file('sa.pub')}`, `--service-account-signing-key-file=${file('sa.key')}`],
      '--service-account-issuer=https://kubernetes.default.svc',
    ]);
    await until('the API server is ready', async () => (await open()).isReady());
  };
  const kubeconfigFor = async (user: Readonly<Record<string, string>>): Promise<string> => {
    // The server signs its own certificate at the first start; it is its own authority for 127.0.0.1.
    const authority = await readFile(path.join(directory, 'certs/apiserver.crt'));
    const cluster = {
      server: `https://127.0.0.1:${apiPort}`,
      'certificate-authority-data': authority.toString('base64'),
    };
    return stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'real', cluster }],
      users: [{ name: 'real', user }],
      contexts: [{ name: 'real', context: { cluster: 'real', user: 'real' } }],
      'current-context': 'real',
    });
  };
  const open = async (): Promise<KubeClient> => KubeClient.of(await kubeconfigFor({ token: 'admin-token' }));

  const data = path.join(directory, 'etcd');
  const copy = path.join(directory, 'etcd-copy');
  const replaceData = async (act: () => Promise<void>): Promise<void> => {
    await stop(api, 'SIGKILL');
    await stop(etcd, 'SIGTERM');
    await act();
    await startEtcd();
    await startApiServer();
  };

  await startEtcd();
  await startApiServer();
  return {
    assets,
    directory,
    adminKubeconfig: await kubeconfigFor({ token: 'admin-token' }),
    relayKubeconfig: await kubeconfigFor({ token: 'relay-token' }),
    kubeconfigFor,
    client: await open(),
    compact: async () => {
      const call = async (route: string, body: unknown) =>
        (await fetch(`${etcdUrl}/v3/kv/${route}`, { method: 'POST', body: JSON.stringify(body) })).json();
      const { header } = (await call('range', { key: Buffer.from('x').toString('base64') })) as {
        header: { revision: string };
      };
      await call('compaction', { revision: header.revision, physical: true });
    },
    startApiServer,
    stopApiServer: (signal) => stop(api, signal),
    wipe: () => replaceData(() => rm(data, { recursive: true })),
    backup: () => replaceData(() => cp(data, copy, { recursive: true })),
    restore: () =>
      replaceData(async () => {
        await rm(data, { recursive: true });
        await cp(copy, data, { recursive: true });
      }),
    trustClient: async (certificate) => {
      await writeFile(clients, certificate);
      await stop(api, 'SIGKILL');
      await startApiServer();
    },
    start: (name, args) => {
      const child = start(name, args);
      others.push(child);
      return child;
    },
    close: async () => {
      for (const child of [...others, api, etcd]) await stop(child, 'SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Ends a process and waits for it. */
export async function stop(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}

/** Waits for at most a minute. A rejection counts as not yet. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await sleep(200);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has a port');
  return address.port;
}
