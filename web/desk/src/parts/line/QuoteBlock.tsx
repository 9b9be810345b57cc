import { useTranslation } from 'react-i18next';

import type { Quote } from '~/api/types';
import { asFound } from '~/parts/asFound';
import { PartyName } from '~/parts/PartyName';
import { useVerdictWord } from '~/parts/VerdictMark';

import style from './QuoteBlock.module.css';

/** What a reply answers. A button when there is somewhere to go. */
export function QuoteBlock({ quote, onJump }: { quote: Quote; onJump: (number: number) => void }) {
  const { t } = useTranslation();
  const word = useVerdictWord();
  const { number } = quote;
  const missing = quote.verdict ? t('quote.locked', { verdict: word(quote.verdict) }) : t('quote.absent');
  const content = (
    <>
      {quote.sender && <PartyName party={quote.sender} />}
      <span className={style.text} {...(quote.text === null ? {} : asFound)} data-missing={quote.text === null}>
        {quote.text ?? missing}
      </span>
    </>
  );
  if (number === null) return <div className={style.quote}>{content}</div>;
  return (
    <button type="button" className={style.quote} title={t('quote.jump', { number })} onClick={() => onJump(number)}>
      {content}
    </button>
  );
}
