import { describe, expect, it } from 'vitest';
import { defaultIncidentSettings, parseIncidentSettings } from './settings.ts';

describe('incident settings', () => {
  it.each([undefined, '', '{}'])('are the defaults when nothing is configured (%j)', (json) => {
    expect(parseIncidentSettings(json)).toEqual(defaultIncidentSettings);
  });

  it('can be changed one by one', () => {
    expect(parseIncidentSettings('{"windowMs":60000}')).toEqual({ ...defaultIncidentSettings, windowMs: 60_000 });
  });

  it('name every mistake at once', () => {
    const wrong = '{"windowMs":0,"escalateFactor":1.5,"openFrom":"urgent","stormLimit":5}';
    for (const name of ['windowMs', 'escalateFactor', 'openFrom', 'stormLimit']) {
      expect(() => parseIncidentSettings(wrong), name).toThrow(new RegExp(`\\b${name}\\b`));
    }
  });

  it('refuse a quiet time shorter than the window', () => {
    expect(() => parseIncidentSettings('{"windowMs":60000,"reopenAfterMs":30000}')).toThrow(/reopenAfterMs/);
  });

  it('refuse what is not JSON', () => {
    expect(() => parseIncidentSettings('{')).toThrow(/not JSON/);
  });
});
