import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { relayBundle } from '../relay/relayProcess.ts';

/** A program that prepares its process and then runs the bundled relay in it. */
export interface WrappedRelay {
  readonly entry: string;
  readonly directory: string;
  /** Writes a file that the prepared process reads again and again. */
  write(name: string, text: string): Promise<void>;
}

/** @param prepare JavaScript of a module body; `directory` is where {@link WrappedRelay.write} puts its files */
export async function wrapRelay(prepare: string): Promise<WrappedRelay> {
  const directory = await mkdtemp(path.join(tmpdir(), 'kef-wrapped-'));
  const entry = path.join(directory, 'relay.mjs');
  const lines = [
    `const directory = ${JSON.stringify(directory)};`,
    prepare,
    `const { relayMain } = await import(${JSON.stringify(pathToFileURL(await relayBundle()).href)});`,
    'process.exit(await relayMain(process.argv.slice(2)));',
  ];
  await writeFile(entry, lines.join('\n'));
  return { entry, directory, write: (name, text) => writeFile(path.join(directory, name), text) };
}

/**
 * Moves the wall clock of a process by what the file `clock` says, in milliseconds. Timers keep running on the monotonic clock,
 * as they do on a node whose time is corrected. (`libfaketime` moves both, which no real correction does.)
 */
export const movableClock = `
import { readFileSync } from 'node:fs';
const RealDate = Date;
const offset = () => { try { return Number(readFileSync(directory + '/clock', 'utf8')); } catch { return 0; } };
let moved = offset();
setInterval(() => { moved = offset(); }, 20).unref();
globalThis.Date = class extends RealDate {
  constructor(...given) { if (given.length === 0) super(RealDate.now() + moved); else super(...given); }
  static now() { return RealDate.now() + moved; }
};`;

/** Makes name resolution fail of `*.kef.test` while the file `dns` says so; else they are 127.0.0.1. */
export const movableDns = `
import { readFileSync } from 'node:fs';
import dns from 'node:dns';
const isDown = () => { try { return readFileSync(directory + '/dns', 'utf8') === 'down'; } catch { return false; } };
const { lookup } = dns;
dns.lookup = (host, options, callback) => {
  const done = typeof options === 'function' ? options : callback;
  if (!host.endsWith('.kef.test')) return lookup(host, options, callback);
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host });
  if (isDown()) return void process.nextTick(done, error);
  const found = options?.all ? [[{ address: '127.0.0.1', family: 4 }]] : ['127.0.0.1', 4];
  process.nextTick(done, null, ...found);
};`;

/** Takes AWS credentials from a program, as pods do from an agent: short-lived, and new ones when the old are about to end. */
export const shortCredentials = `
import { writeFileSync } from 'node:fs';
for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
writeFileSync(directory + '/aws', '[default]\\ncredential_process = cat ' + directory + '/credentials\\n');
Object.assign(process.env, { AWS_CONFIG_FILE: directory + '/aws', AWS_SHARED_CREDENTIALS_FILE: directory + '/none', AWS_SDK_LOAD_CONFIG: '1', AWS_EC2_METADATA_DISABLED: 'true' });`;

/**
 * A disk under the directories named `kef-spool-…` that does what the file `disk` says: `full` (a file gets its first bytes, then
 * no more), `read-only`, or nothing in particular.
 */
export const failingDisk = `
import { readFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
const state = () => { try { return readFileSync(directory + '/disk', 'utf8'); } catch { return ''; } };
const failure = (code) => Object.assign(new Error(code + ': the disk of the test is ' + state()), { code });
const { open, rename, unlink, writeFile } = promises;
const isSpool = (file) => String(file).includes('kef-spool-');
const guard = (file) => { if (isSpool(file) && state() === 'read-only') throw failure('EROFS'); };
promises.open = async (file, flags, mode) => {
  if (flags === 'w') guard(file);
  const handle = await open(file, flags, mode);
  if (flags === 'w' && isSpool(file) && state() === 'full') {
    const { writeFile } = handle;
    handle.writeFile = async (bytes) => { await writeFile.call(handle, bytes.subarray(0, 20)); throw failure('ENOSPC'); };
  }
  return handle;
};
promises.rename = async (from, to) => { guard(from); return rename(from, to); };
promises.unlink = async (file) => { guard(file); return unlink(file); };
promises.writeFile = async (file, ...more) => { guard(file); return writeFile(file, ...more); };
syncBuiltinESMExports();`;
