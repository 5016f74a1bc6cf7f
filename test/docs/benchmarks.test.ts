import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesOf } from '../bench/page/writePage.ts';
import { scenarios } from '../bench/relay/scenario.ts';
import { readResults } from '../bench/results.ts';

const results = readResults();
const files = filesOf(results);

describe('docs/benchmarks.md', () => {
  it.each(Object.entries(files))('%s is what the results say: npm run bench -- --render', (file, text) => {
    expect(readFileSync(`docs/${file}`, 'utf8')).toBe(text);
  });

  it('has no chart that nothing draws', () => {
    const drawn = Object.keys(files).map((file) => file.replace('benchmarks/', ''));
    expect(readdirSync('docs/benchmarks').filter((file) => file.endsWith('.svg') && !drawn.includes(file))).toEqual([]);
  });

  it('has figures of every scenario, and of no other', () => {
    expect(Object.keys(results.scenarios).sort()).toEqual(scenarios.map(({ id }) => id).sort());
  });

  it('shows every scenario', () => {
    const page = files['benchmarks.md'] ?? '';
    const missing = Object.values(results.scenarios).filter(({ title, subject }) => {
      const who = subject === 'bare' ? 'bare loop' : 'relay';
      return title !== 'nothing happens' && !page.includes(`| ${title} | ${who} |`);
    });
    expect(missing).toEqual([]);
  });

  it('has drawings that say what they show and follow the reader’s scheme', () => {
    for (const [file, text] of Object.entries(files)) {
      if (!file.endsWith('.svg')) continue;
      expect(text).toMatch(/<title>.+<\/title>/);
      expect(text).toContain('prefers-color-scheme: dark');
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});
