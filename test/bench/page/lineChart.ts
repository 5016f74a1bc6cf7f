import { drawing, label, type Point, path, rule } from './svg.ts';

/** One line over time. */
export interface LineChart {
  readonly title: string;
  readonly points: readonly Point[];
  readonly xLabel: (x: number) => string;
  readonly yLabel: (y: number) => string;
  readonly limit?: { readonly value: number; readonly label: string };
}

const size = { width: 760, height: 240 };
const plot = { left: 64, right: 736, top: 44, bottom: 204 };

/** A line with four marks on each axis; y begins at 0, so that flat looks flat. */
export function lineChart({ title, points, xLabel, yLabel, limit }: LineChart): string {
  const mostX = Math.max(1, ...points.map(({ x }) => x));
  const mostY = Math.max(1, limit?.value ?? 0, ...points.map(({ y }) => y)) * 1.1;
  const at = ({ x, y }: Point): Point => ({
    x: plot.left + (x / mostX) * (plot.right - plot.left),
    y: plot.bottom - (y / mostY) * (plot.bottom - plot.top),
  });
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  const grid = quarters.flatMap((part) => {
    const y = at({ x: 0, y: mostY * part }).y;
    const x = at({ x: mostX * part, y: 0 }).x;
    return [
      rule('axis', { x: plot.left, y }, { x: plot.right, y }),
      label(yLabel(mostY * part), { x: plot.left - 8, y: y + 4 }, 'muted', 'end'),
      label(xLabel(mostX * part), { x, y: plot.bottom + 20 }, 'muted', 'middle'),
    ];
  });
  if (limit === undefined) return drawing(title, size, [...grid, path(points.map(at))]);
  const y = at({ x: 0, y: limit.value }).y;
  return drawing(title, size, [
    ...grid,
    rule('limit-line', { x: plot.left, y }, { x: plot.right, y }),
    label(limit.label, { x: plot.right, y: y - 5 }, 'muted', 'end'),
    path(points.map(at)),
  ]);
}
