import { IconMicrophone, IconPaperclip, IconPhoto, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Hit } from '~/api/types';
import { excerpt } from '~/logic/excerpt';
import { asFound } from '~/parts/asFound';
import { kindWord } from '~/parts/kindWord';
import { MarkedText } from '~/parts/MarkedText';
import { Moment } from '~/parts/Moment';
import { PartyName } from '~/parts/PartyName';
import { Said } from '~/parts/Said';
import { toneOf, VerdictMark } from '~/parts/VerdictMark';

import style from './HitRow.module.css';

const MEDIA = { voice: IconMicrophone, picture: IconPhoto, video: IconVideo, file: IconPaperclip } as const;

interface Props {
  hit: Hit;
  current: boolean;
  open: boolean;
  onOpen: () => void;
}

/** One hit: who and when, two lines around the match, and where. */
export function HitRow({ hit, current, open, onOpen }: Props) {
  const { t } = useTranslation();
  const { line } = hit;
  const Media = Object.hasOwn(MEDIA, line.kind) ? MEDIA[line.kind as keyof typeof MEDIA] : null;
  const sealed = toneOf(line.verdict) !== 'plain';
  return (
    <button
      type="button"
      className={style.hit}
      data-current={current}
      data-open={open}
      aria-current={open ? 'true' : undefined}
      onClick={onOpen}
    >
      <span className={style.head}>
        <PartyName party={line.sender} />
        <Moment moment={line.time} />
      </span>
      {line.text ? (
        <span className={style.text} {...asFound}>
          <MarkedText runs={excerpt(line.text, hit.highlights)} />
        </span>
      ) : (
        <span className={style.wordless} data-tone={toneOf(line.verdict)}>
          {sealed && <VerdictMark verdict={line.verdict} />}
          {!sealed && Media && <Media size={14} aria-hidden />}
          <span>{sealed ? <Said>{line.reason}</Said> : line.media?.name || kindWord(line.kind, t)}</span>
        </span>
      )}
      <span className={style.foot}>
        <span className={style.title}>
          <bdi>{hit.title}</bdi>
        </span>
        {sealed && line.text && <VerdictMark verdict={line.verdict} />}
        <span className={style.number}>#{line.number}</span>
      </span>
    </button>
  );
}
