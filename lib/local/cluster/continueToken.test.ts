import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContinue, encodeContinue } from './continueToken.ts';
import { StatusError } from './statusError.ts';

describe('continue tokens', () => {
  it('are those of a real API server', () => {
    const token =
      'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6ODQ2NCwic3RhcnQiOiJiYXRjaC9ldmVyeS1taW51dGUtMjk5MTk2OTkuMThlOWM0NzY5ODBiOGE5Mlx1MDAwMCJ9';
    const start = 'batch/every-minute-29919699.18e9c476980b8a92\0';
    expect(encodeContinue({ revision: 8464, start })).toBe(token);
    expect(decodeContinue(token)).toEqual({ revision: 8464, start });
  });

  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1 }), fc.string({ minLength: 1 }), (number, start) => {
        const token = { revision: number === 0 ? 1 : number, start };
        expect(decodeContinue(encodeContinue(token))).toEqual(token);
      }),
    );
  });

  it('are refused with 400 when they are anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
        ),
        (text) => {
          try {
            decodeContinue(text);
            expect.unreachable('no such text is a token');
          } catch (error) {
            expect(error).toBeInstanceOf(StatusError);
            expect((error as StatusError).code).toBe(400);
          }
        },
      ),
    );
  });
});
