import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ConfigInput } from '../../lib/stack/index.ts';

/** Runs the real command line of the CDK against the emulator. */
export class Cdk {
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(directory: string, environment: NodeJS.ProcessEnv) {
    this.#directory = directory;
    this.#environment = environment;
  }

  bootstrap(config: ConfigInput): Promise<string> {
    this.#write(config);
    return this.#run(['bootstrap', 'aws://000000000000/us-east-1']);
  }

  /** Deploys all stacks of a configuration and returns their outputs by stack. */
  async deploy(config: ConfigInput): Promise<Record<string, Record<string, string>>> {
    this.#write(config);
    const outputs = join(this.#directory, 'outputs.json');
    await this.#run(['deploy', '--all', '--require-approval', 'never', '--outputs-file', outputs]);
    return JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>; // written by cdk
  }

  destroy(): Promise<string> {
    return this.#run(['destroy', '--all', '--force']);
  }

  #write(config: ConfigInput): void {
    writeFileSync(join(this.#directory, 'kef.config.yaml'), stringify(config));
  }

  #run(args: readonly string[]): Promise<string> {
    const config = join(this.#directory, 'kef.config.yaml');
    const child = spawn(
      process.execPath,
      [
        'node_modules/aws-cdk/bin/cdk',
        ...args,
        '--context',
        `config=${config}`,
        '--output',
        join(this.#directory, 'cdk.out'),
        '--ci',
      ],
      { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const text: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => text.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => text.push(chunk));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        const output = Buffer.concat(text).toString();
        if (code === 0) resolve(output);
        else reject(new Error(`cdk ${args[0]} ended with code ${code}:\n${output.slice(-6000)}`));
      });
    });
  }
}
