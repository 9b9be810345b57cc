import { useMemo } from 'react';

import type { Gap, Line, Range } from '~/api/types';
import { items } from '~/logic/items';
import { MessageLine } from '~/parts/line/MessageLine';
import { useProved } from '~/provenance/proved';

import { DayLine, GapLine } from './Separators';

interface Props {
  lines: readonly Line[];
  gaps: readonly Gap[];
  current: number | null;
  target: number | undefined;
  selected: readonly number[];
  highlights: { number: number; ranges: readonly Range[] } | undefined;
  /** Level of the heading of a day. */
  level: 2 | 3;
  onProvenance: (number: number) => void;
  onJump: (number: number) => void;
  onSelect: (number: number) => void;
  onCite: (line: Line) => void;
}

const NO_RANGES: readonly Range[] = [];

/** The messages that are held, under their days and with the gaps between them. */
export function Lines(props: Props) {
  const { lines, gaps, current, target, selected, highlights } = props;
  const proved = useProved();
  const shown = useMemo(() => items(lines, gaps), [lines, gaps]);
  return shown.map((item) => {
    if (item.type === 'day') return <DayLine key={item.key} day={item.day} level={props.level} />;
    if (item.type === 'gap') return <GapLine key={item.key} gap={item.gap} />;
    const { number } = item.line;
    return (
      <MessageLine
        key={item.key}
        line={item.line}
        continued={item.continued}
        current={number === current}
        target={number === target}
        selected={selected.includes(number)}
        proved={proved.has(number)}
        highlights={highlights?.number === number ? highlights.ranges : NO_RANGES}
        onProvenance={props.onProvenance}
        onJump={props.onJump}
        onSelect={props.onSelect}
        onCite={props.onCite}
      />
    );
  });
}
