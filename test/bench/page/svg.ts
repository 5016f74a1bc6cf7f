/** Room of a drawing. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which of the colours a mark has. */
export type Tone = 'relay' | 'bare' | 'limit' | 'part';

/**
 * Colours that a reader's light or dark scheme chooses. The drawing brings its own ground, so it can be read on any page,
 * whatever that page's scheme is.
 */
const style = `
    .ground { fill: #ffffff; stroke: #d1d9e0 }
    .axis { stroke: #d1d9e0 }
    text { font: 12px system-ui, sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 13px }
    .muted { fill: #59636e }
    .relay { fill: #0969da } .bare { fill: #afb8c1 } .part { fill: #2da44e } .limit { fill: #cf222e }
    .line { fill: none; stroke: #0969da; stroke-width: 1.5 }
    .limit-line { stroke: #cf222e; stroke-dasharray: 4 3 }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #0d1117; stroke: #3d444d }
      .axis { stroke: #3d444d }
      text { fill: #e6edf3 }
      .muted { fill: #9198a1 }
      .relay { fill: #4493f8 } .bare { fill: #6e7681 } .part { fill: #3fb950 } .limit { fill: #f85149 }
      .line { stroke: #4493f8 }
      .limit-line { stroke: #f85149 }
    }`;

/** A whole drawing with its title, which is also what a screen reader says. */
export function drawing(title: string, { width, height }: Size, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `  <title>${escaped(title)}</title>`,
    `  <style>${style}\n  </style>`,
    `  <rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
    `  ${label(title, { x: 16, y: 24 }, 'title')}`,
    ...body.map((line) => `  ${line}`),
    '</svg>',
    '',
  ].join('\n');
}

/** A point of a drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line of text. */
export function label(text: string, { x, y }: Point, kind = '', anchor: 'start' | 'middle' | 'end' = 'start'): string {
  const classes = kind === '' ? '' : ` class="${kind}"`;
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text${classes} x="${shown(x)}" y="${shown(y)}"${anchored}>${escaped(text)}</text>`;
}

/** A bar. */
export function bar(tone: Tone, { x, y }: Point, { width, height }: Size): string {
  return `<rect class="${tone}" x="${shown(x)}" y="${shown(y)}" width="${shown(width)}" height="${shown(height)}" rx="2"/>`;
}

/** A straight line. */
export function rule(kind: 'axis' | 'limit-line', from: Point, to: Point): string {
  return `<line class="${kind}" x1="${shown(from.x)}" y1="${shown(from.y)}" x2="${shown(to.x)}" y2="${shown(to.y)}"/>`;
}

/** A line through points. */
export function path(points: readonly Point[]): string {
  return `<polyline class="line" points="${points.map(({ x, y }) => `${shown(x)},${shown(y)}`).join(' ')}"/>`;
}

function shown(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
