import { describe, expect, test } from 'vitest';
import { Window, widest } from './window.ts';

/** An API that answers after `ms` as long as at most `room` requests run, and shares its time among more. */
function rounds(window: Window, count: number, ms: number, room: number): void {
  for (let round = 0; round < count; round += 1) {
    const running = window.limit;
    for (let request = 0; request < running; request += 1) {
      window.succeeded(ms * Math.max(1, running / room), true);
    }
  }
}

describe('the window', () => {
  test('opens until the throughput is that of four times as many, when the API only is far away', () => {
    const window = new Window(5);
    rounds(window, 40, 500, 1_000);
    expect(window.limit).toBe(5 * widest);
  });

  test('stays where more requests would only wait for each other', () => {
    const window = new Window(5);
    rounds(window, 200, 100, 6);
    expect(window.limit).toBeGreaterThanOrEqual(5);
    expect(window.limit).toBeLessThan(18);
  });

  test('gives places back when the API becomes crowded', () => {
    const window = new Window(5);
    rounds(window, 40, 50, 1_000);
    expect(window.limit).toBe(20);
    rounds(window, 100, 50, 4);
    expect(window.limit).toBeLessThan(14);
  });

  test('does not open for requests that are few', () => {
    const window = new Window(5);
    for (let answer = 0; answer < 100; answer += 1) window.succeeded(10, false);
    expect(window.limit).toBe(5);
  });

  test('is halved by a failure, once for all requests that ran with it', () => {
    const window = new Window(8);
    rounds(window, 100, 50, 1_000);
    expect([window.failed(10, 20), window.failed(11, 21), window.failed(19, 22)]).toEqual([true, false, false]);
    expect(window.limit).toBe(4);
    expect([window.failed(30, 40), window.failed(50, 60), window.failed(70, 80)]).toEqual([true, true, true]);
    expect(window.limit).toBe(1);
    window.succeeded(50, true);
    expect(window.limit).toBe(2);
  });
});
