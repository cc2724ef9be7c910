// Lines over time, drawn by uPlot: loaded only when there is something to draw. The table below it says the same in numbers.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { timeTicks } from '../format/time-ticks.ts';
import type { Range } from './look-spans.ts';
import type { PlotColumn, PlotColumns } from './plot-columns.ts';
import './plot.css';

export interface PlotLook {
  /** Which of the plot's inks; a standby and its primary share one. */
  readonly ink: number;
  readonly isDashed: boolean;
}

interface PlotProps {
  readonly label: string;
  readonly columns: PlotColumns;
  /** One for each line. */
  readonly looks: readonly PlotLook[];
  readonly range: Range;
  readonly show: (value: number) => string;
  /** Draws the least and the most of each hour behind its mean. */
  readonly hasBands: boolean;
  /** Epoch milliseconds that the pointer is at; null when it has left. */
  readonly onPoint: (at: number | null) => void;
}

const heightPx = 220;
const axisWidthPx = 64;

export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const { columns, range, hasBands, looks } = props;
  useEffect(() => {
    const host = place.current!;
    const plot = new uPlot(optionsOf(props, host), dataOf(columns, hasBands), host);
    const fit = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: heightPx }));
    fit.observe(host);
    const stopTheme = onTheme(() => plot.redraw(false, true));
    return () => {
      stopTheme();
      fit.disconnect();
      plot.destroy();
    };
    // What is drawn is another when these are; names and words go with them.
  }, [columns, range.from, range.to, hasBands, JSON.stringify(looks)]);
  return <div class="plot" ref={place} role="img" aria-label={props.label} />;
}

function dataOf({ xs, lines }: PlotColumns, hasBands: boolean): uPlot.AlignedData {
  const columns = lines.flatMap(({ value, min, max }): readonly PlotColumn[] => (hasBands ? [value, max, min] : [value]));
  return [[...xs], ...columns] as uPlot.AlignedData;
}

function optionsOf({ columns, looks, range, show, hasBands, onPoint }: PlotProps, host: HTMLElement): uPlot.Options {
  const perLine = hasBands ? 3 : 1;
  const text = (): string => getComputedStyle(host).color;
  const grid = (): string => getComputedStyle(host).borderTopColor;
  return {
    width: host.clientWidth,
    height: heightPx,
    legend: { show: false },
    padding: [12, 12, 0, 0],
    scales: { x: { time: true, range: () => [range.from / 1_000, range.to / 1_000] }, y: { range: (_, min, max) => roomy(min, max) } },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    series: [{}, ...looks.flatMap((look, n) => seriesOf(look, columns.lines[n]?.lonely ?? [], host, hasBands))],
    bands: hasBands
      ? looks.map((look, n) => ({
          series: [n * perLine + 2, n * perLine + 3] as [number, number],
          fill: () => withAlpha(lineInk(host, look.ink), 0.16),
        }))
      : [],
    axes: [
      {
        stroke: text,
        grid: { stroke: grid, width: 1 },
        ticks: { stroke: grid, width: 1, size: 5 },
        font: '12px system-ui, sans-serif',
        size: 28,
        splits: (plot) => ticksOf(plot, range).map(({ at }) => at / 1_000),
        values: (plot) => ticksOf(plot, range).map(({ label }) => label),
      },
      {
        stroke: text,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        font: '12px system-ui, sans-serif',
        size: axisWidthPx,
        values: (_, splits) => splits.map(show),
      },
    ],
    hooks: {
      setCursor: [
        ({ cursor, data }) => {
          const at = cursor.idx == null ? null : (data[0][cursor.idx] ?? null);
          onPoint(at === null || (cursor.left ?? -1) < 0 ? null : at * 1_000);
        },
      ],
    },
  };
}

const pixelsPerTick = 64;

const ticksOf = (plot: uPlot, range: Range) => timeTicks(range, Math.max(2, Math.floor(plot.width / pixelsPerTick)));

/** A line that stands still lies in the middle, and a number that cannot be negative is not shown as if it could. */
function roomy(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const room = max === min ? Math.abs(max) * 0.1 || 1 : (max - min) * 0.1;
  return [min >= 0 ? Math.max(0, min - room) : min - room, max + room];
}

function seriesOf({ ink, isDashed }: PlotLook, lonely: readonly number[], host: HTMLElement, hasBands: boolean): uPlot.Series[] {
  const stroke = (): string => lineInk(host, ink);
  const line: uPlot.Series = {
    stroke,
    width: 1.75,
    ...(isDashed ? { dash: [6, 4] } : {}),
    points: { show: lonely.length > 0, size: 5, fill: stroke, filter: () => [...lonely] },
  };
  const border: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return hasBands ? [line, border, border] : [line];
}

/** Inks are `light-dark()` colours: only an element that bears them says which one it is at present. */
function lineInk(host: HTMLElement, ink: number): string {
  const bearer = host.parentElement?.querySelector(`[data-ink="${ink}"]`) ?? host;
  return getComputedStyle(bearer).color;
}

function withAlpha(color: string, alpha: number): string {
  const [, parts] = /^rgb\(([^)]+)\)$/.exec(color) ?? [];
  return parts === undefined ? color : `rgba(${parts}, ${alpha})`;
}

/** Calls when light becomes dark, by the switch or by the system. */
function onTheme(act: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const watch = new MutationObserver(act);
  watch.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', act);
  return () => {
    watch.disconnect();
    system.removeEventListener('change', act);
  };
}
