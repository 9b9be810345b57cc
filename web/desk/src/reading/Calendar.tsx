import { DatePicker } from '@mantine/dates';
import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/fr';
import 'dayjs/locale/nl';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { density } from '~/api/queries';
import { useDesk } from '~/app/session';

import style from './Calendar.module.css';

interface Props {
  id: string;
  first: string;
  last: string;
  onPick: (day: string) => void;
}

/** A calendar of a conversation: days with messages stand out, the others can be gone to all the same. */
export default function Calendar({ id, first, last, onPick }: Props) {
  const { t, i18n } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(density(client, id));
  const days = useMemo(() => new Set(answer.data?.days.map(({ day }) => day)), [answer.data]);
  return (
    <DatePicker
      size="sm"
      locale={i18n.language}
      minDate={first}
      maxDate={last}
      defaultDate={last}
      hideOutsideDates
      ariaLabels={{
        previousMonth: t('calendar.previousMonth'),
        nextMonth: t('calendar.nextMonth'),
        previousYear: t('calendar.previousYear'),
        nextYear: t('calendar.nextYear'),
        previousDecade: t('calendar.previousDecade'),
        nextDecade: t('calendar.nextDecade'),
      }}
      weekendDays={[]}
      onChange={(day) => day && onPick(day)}
      renderDay={(date) => (
        <span className={style.day} data-full={days.has(date)}>
          {Number(date.slice(8, 10))}
        </span>
      )}
    />
  );
}
