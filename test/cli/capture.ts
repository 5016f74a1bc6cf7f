import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** What the command of the running test has printed. */
export let output = '';
/** Its lines on standard error. */
export let complaints = '';
let folder = '';

/** Keeps what commands print in each test of a file, and gives them a folder. To be called once, at the top. */
export function captureCommands(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kef-command-'));
    output = '';
    complaints = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output += String(text);
      return true;
    });
    vi.spyOn(console, 'error').mockImplementation((text) => {
      complaints += `${text}\n`;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
    rmSync(folder, { recursive: true });
  });
}

/** Forgets what was printed so far, before the next run of a test. */
export function forgetOutput(): void {
  output = '';
}

/** A place in the folder of the test. */
export function pathTo(name: string): string {
  return join(folder, name);
}

/** Writes a file for a command. @returns its path */
export function file(name: string, content: string): string {
  const path = pathTo(name);
  writeFileSync(path, content);
  return path;
}
