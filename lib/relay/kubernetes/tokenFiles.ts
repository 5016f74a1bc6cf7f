import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import * as z from 'zod';
import { monotonicMs } from '../clock.ts';

/** As client-go: a rotated file is noticed within a minute. */
const freshMs = 60_000;

const usersSchema = z.object({
  users: z.array(z.object({ name: z.string(), user: z.object({ tokenFile: z.string().optional() }).nullish() })),
});

/**
 * Teaches a kubeconfig the standard field `tokenFile`, which `@kubernetes/client-node` passes over: it would ask as nobody, and
 * be refused as `system:anonymous`. The file's token goes before one in the kubeconfig, as in client-go.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 *
 * @param kubeconfig the file that was read; the default ones when `undefined`
 */
export function useTokenFiles(config: KubeConfig, kubeconfig: string | undefined): void {
  const files = new Map<string, TokenFile>();
  for (const source of kubeconfig === undefined ? defaultFiles() : [kubeconfig]) {
    const parsed = usersSchema.safeParse(parse(readFileSync(source, 'utf8')));
    for (const { name, user } of parsed.success ? parsed.data.users : []) {
      if (!user?.tokenFile || files.has(name)) continue;
      files.set(name, new TokenFile(path.resolve(path.dirname(source), user.tokenFile)));
    }
  }
  if (files.size === 0) return;
  config.users = config.users.map((user) => (files.has(user.name) ? { ...user, token: '' } : user));
  config.addAuthenticator({
    isAuthProvider: ({ name }) => files.has(name),
    applyAuthentication: async ({ name }, options) => {
      options.headers = { ...(options.headers ?? {}), Authorization: `Bearer ${await files.get(name)?.token()}` };
    },
  });
}

/** Where the library looks when no file is named. */
function defaultFiles(): string[] {
  const named = process.env.KUBECONFIG?.split(path.delimiter).filter((file) => file !== '');
  return named ?? [path.join(homedir(), '.kube/config')].filter((file) => existsSync(file));
}

class TokenFile {
  readonly #file: string;
  #token = '';
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(file: string) {
    this.#file = file;
  }

  async token(): Promise<string> {
    if (monotonicMs() - this.#readAt < freshMs) return this.#token;
    // An editor leaves a newline at the end, and a header may have none.
    this.#token = (await readFile(this.#file, 'utf8')).trim();
    this.#readAt = monotonicMs();
    return this.#token;
  }
}
