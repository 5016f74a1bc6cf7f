import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Package {
  scripts: Record<string, string>;
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as Package; // our own package.json
const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('names only npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, script]) => script ?? '');
    const abbreviated = [...text.matchAll(/`((?:bench|check|test):[\w:-]+)`/g)].map(([, script]) => script ?? '');
    expect([...named, ...abbreviated].filter((script) => !(script in scripts))).toEqual([]);
  });

  it('links only to files that exist', () => {
    const folder = page.includes('/') ? 'docs/' : '';
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? '');
    const missing = links.filter((link) => {
      try {
        readFileSync(new URL(`../../${folder}${link}`, import.meta.url));
        return false;
      } catch {
        return true;
      }
    });
    expect(missing).toEqual([]);
  });
});
