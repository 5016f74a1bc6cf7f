/** What a kubeconfig of the demo cluster should say. */
export interface KubeconfigOptions {
  readonly server: string;
  /** PEM of the certificate to trust. @default none, for plain HTTP */
  readonly certificateAuthority?: string;
  /** Token, or a file that holds it, for rotation. */
  readonly token?: string;
  readonly tokenFile?: string;
  /** Name of cluster, user and context. @default 'demo' */
  readonly name?: string;
  /** @default all */
  readonly namespace?: string;
}

/** A kubeconfig as YAML. Values are written as JSON strings, which YAML reads the same. */
export function kubeconfigOf(options: KubeconfigOptions): string {
  const { server, certificateAuthority, token, tokenFile, namespace } = options;
  const name = JSON.stringify(options.name ?? 'demo');
  const authority =
    certificateAuthority === undefined ? undefined : Buffer.from(certificateAuthority).toString('base64');
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `  - name: ${name}`,
    '    cluster:',
    `      server: ${JSON.stringify(server)}`,
    ...(authority === undefined ? [] : [`      certificate-authority-data: ${authority}`]),
    'users:',
    `  - name: ${name}`,
    '    user:',
    ...(tokenFile === undefined ? [] : [`      tokenFile: ${JSON.stringify(tokenFile)}`]),
    ...(token === undefined ? [] : [`      token: ${JSON.stringify(token)}`]),
    ...(token === undefined && tokenFile === undefined ? ['      {}'] : []),
    'contexts:',
    `  - name: ${name}`,
    '    context:',
    `      cluster: ${name}`,
    `      user: ${name}`,
    ...(namespace === undefined ? [] : [`      namespace: ${JSON.stringify(namespace)}`]),
    `current-context: ${name}`,
    '',
  ].join('\n');
}
