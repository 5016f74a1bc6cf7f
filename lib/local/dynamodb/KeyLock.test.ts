import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KeyLock } from './KeyLock.ts';

it('runs tasks with a common key one after the other, in order of arrival, and others side by side', async () => {
  const lock = new KeyLock();
  const log: string[] = [];
  const task = (name: string, keys: string[], ms: number): Promise<void> =>
    lock.hold(keys, async () => {
      log.push(`+${name}`);
      await delay(ms);
      log.push(`-${name}`);
    });
  await Promise.all([
    task('ab', ['a', 'b'], 20),
    task('bc', ['b', 'c'], 1),
    task('ca', ['c', 'a'], 1),
    task('d', ['d'], 1),
  ]);
  expect(log.filter((entry) => !entry.endsWith('d'))).toEqual(['+ab', '-ab', '+bc', '-bc', '+ca', '-ca']);
  expect(log.indexOf('-d')).toBeLessThan(log.indexOf('-ab'));
});

it('goes on after a task that failed', async () => {
  const lock = new KeyLock();
  const failed = lock.hold(['a'], () => Promise.reject(new Error('no')));
  const next = lock.hold(['a'], () => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
});
