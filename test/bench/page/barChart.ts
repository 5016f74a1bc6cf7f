import { bar, drawing, label, rule, type Tone } from './svg.ts';

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly tone: Tone;
}

/** Bars of one unit, with a limit that they should stay below or reach. */
export interface BarChart {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Text of a value. */
  readonly show: (value: number) => string;
  readonly limit?: { readonly value: number; readonly label: string };
}

const width = 760;
const [labelRight, barLeft, barRight] = [258, 268, 650];
const [top, step, thickness] = [44, 24, 15];

/** Horizontal bars, one line each, with their values as text. */
export function barChart({ title, bars, show, limit }: BarChart): string {
  const most = Math.max(1e-9, limit?.value ?? 0, ...bars.map(({ value }) => value));
  const scale = (value: number): number => (value / most) * (barRight - barLeft);
  const bottom = top + bars.length * step;
  const lines = bars.flatMap((one, index) => {
    const y = top + index * step;
    const length = Math.max(1, scale(one.value));
    return [
      label(one.label, { x: labelRight, y: y + 12 }, '', 'end'),
      bar(one.tone, { x: barLeft, y }, { width: length, height: thickness }),
      label(show(one.value), { x: barLeft + length + 6, y: y + 12 }, 'muted'),
    ];
  });
  const axis = rule('axis', { x: barLeft - 0.5, y: top - 6 }, { x: barLeft - 0.5, y: bottom });
  if (limit === undefined) return drawing(title, { width, height: bottom + 12 }, [axis, ...lines]);
  const x = barLeft + scale(limit.value);
  return drawing(title, { width, height: bottom + 26 }, [
    axis,
    ...lines,
    rule('limit-line', { x, y: top - 6 }, { x, y: bottom }),
    label(limit.label, { x, y: bottom + 15 }, 'muted', 'middle'),
  ]);
}
