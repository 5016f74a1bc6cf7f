import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogueEntries } from '../../lib/events/catalogue/catalogue.ts';
import { catalogueFile, catalogueMarkdown } from '../../lib/events/catalogue/catalogueMarkdown.ts';

const page = readFileSync(catalogueFile, 'utf8');

describe('docs/catalogue.md', () => {
  it('is what its sources say (node lib/events/catalogue/generateDocs.ts)', () => {
    expect(page === catalogueMarkdown()).toBe(true);
  });

  it('has every reason, every effective reason and no broken link', () => {
    for (const { event, classification } of catalogueEntries()) {
      if (event.reason !== '') expect(page).toContain(`\`${event.reason}\``);
      expect(page).toContain(classification.effectiveReason);
    }
    const anchors = new Set([...page.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id);
    expect(links.filter((id) => !anchors.has(id))).toEqual([]);
    expect(anchors.size).toBe([...page.matchAll(/<a id=/g)].length);
  });

  it('has rows of one width: no text breaks its table', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `') || line.startsWith('| (none)'));
    const widths = new Set(rows.map((line) => line.replaceAll('\\|', '').split('|').length));
    expect([...widths].sort()).toEqual([4, 5, 9]);
  });
});
