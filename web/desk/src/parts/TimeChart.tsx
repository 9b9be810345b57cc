import { BarChart } from 'echarts/charts';
import { BrushComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { Bar, Step } from '~/logic/days';
import { month, weekday } from '~/logic/moment';
import { families, schemes } from '~/theme/tokens';

import style from './TimeChart.module.css';

register([BarChart, BrushComponent, GridComponent, TooltipComponent, CanvasRenderer]);

interface Props {
  bars: readonly Bar[];
  step: Step;
  scheme: 'light' | 'dark';
  onBrush?: (first: string, last: string) => void;
}

/** Bars over time, drawn by ECharts; a range can be brushed. */
export default function TimeChart({ bars, step, scheme, onBrush }: Props) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const brush = useRef(onBrush);
  useEffect(() => {
    brush.current = onBrush;
  });

  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current, null, { renderer: 'canvas' });
    chart.current = made;
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(place.current);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const made = chart.current;
    if (!made) return;
    const words = (bar: Bar): string[] => [
      ...calendarWords(bar, step, i18n.language),
      bar.from === bar.to ? bar.from : t('scrubber.days', { from: bar.from, to: bar.to }),
      t('count.messages', { count: bar.count }),
      t('count.locked', { count: bar.locked }),
    ];
    made.setOption(options(bars, scheme, words, i18n.language), true);
    if (!brush.current) return;
    made.dispatchAction({
      type: 'takeGlobalCursor',
      key: 'brush',
      brushOption: { brushType: 'lineX', brushMode: 'single' },
    });
    const end = (event: unknown): void => {
      const range = (event as { areas?: { coordRange?: [number, number] }[] }).areas?.[0]?.coordRange;
      const first = range && bars[Math.max(0, range[0])];
      const last = range && bars[Math.min(bars.length - 1, range[1])];
      if (first && last) brush.current?.(first.from, last.to);
      made.dispatchAction({ type: 'brush', areas: [] });
    };
    made.on('brushEnd', end);
    return () => void made.off('brushEnd', end);
  }, [bars, step, scheme, t, i18n.language]);

  return <div ref={place} className={style.chart} />;
}

/** What the calendar calls the days of a bar, where it has a name for them. */
function calendarWords({ from }: Bar, step: Step, language: string): string[] {
  if (step === 'day') return [weekday(from, language)];
  return step === 'month' ? [month(from, language)] : [];
}

function options(bars: readonly Bar[], scheme: 'light' | 'dark', words: (bar: Bar) => string[], language: string) {
  const colours = schemes[scheme];
  const label = { color: colours.inkMuted, fontFamily: families.mono, fontSize: 10 };
  const compact = new Intl.NumberFormat(language, { notation: 'compact' });
  const series = {
    type: 'bar' as const,
    stack: 'all',
    barCategoryGap: bars.length > 60 ? '12%' : '20%',
    barMaxWidth: 28,
    barMinHeight: 0,
  };
  return {
    animation: false,
    grid: { left: 36, right: 4, top: 8, bottom: 20 },
    xAxis: {
      type: 'category' as const,
      data: bars.map(({ from }) => from),
      axisLine: { lineStyle: { color: colours.lineStrong } },
      axisTick: { show: false },
      axisLabel: { ...label, hideOverlap: true, showMinLabel: true, alignMinLabel: 'left' as const },
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitNumber: 2,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...label, formatter: (value: number) => compact.format(value) },
    },
    tooltip: {
      trigger: 'axis' as const,
      axisPointer: { type: 'shadow' as const, shadowStyle: { color: colours.accentInk, opacity: 0.1 } },
      confine: true,
      transitionDuration: 0,
      padding: [6, 10],
      backgroundColor: colours.raised,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 12, fontFamily: families.sans },
      // An element instead of HTML text: the policy forbids style attributes.
      formatter: (params: unknown) => {
        const index = (params as { dataIndex: number }[])[0]?.dataIndex ?? 0;
        const bar = bars[index];
        return (bar ? words(bar) : []).map((line) => {
          const element = document.createElement('div');
          element.textContent = line;
          return element;
        });
      },
    },
    brush: {
      xAxisIndex: 0,
      brushStyle: { color: `${colours.accent}33`, borderColor: colours.accentInk, borderWidth: 1 },
      outOfBrush: { colorAlpha: 1 },
      throttleType: 'debounce' as const,
      throttleDelay: 80,
    },
    series: [
      { ...series, data: bars.map((bar) => bar.count - bar.locked), itemStyle: { color: colours.bar } },
      {
        ...series,
        data: bars.map((bar) => bar.locked),
        itemStyle: {
          color: colours.barLocked,
          // In thin bars a hatch is only noise; the paler tone stays.
          decal:
            bars.length > 90
              ? undefined
              : {
                  symbol: 'rect',
                  color: colours.inkFaint,
                  dashArrayX: [1, 0],
                  dashArrayY: [1.5, 4],
                  rotation: Math.PI / 4,
                  symbolSize: 1,
                },
        },
      },
    ],
  };
}
