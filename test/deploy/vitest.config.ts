import { defineConfig } from 'vitest/config';

/** `npm run test:deploy`: opt-in, because it needs an AWS emulator. See README.md beside it. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    include: ['test/deploy/*.e2e.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One story: each part goes on where the one before it stopped.
    bail: 1,
    reporters: ['verbose'],
  },
});
