import { useTranslation } from 'react-i18next';

import style from './Skeletons.module.css';

/** A grey bar in the place of something that is coming. */
export function Bone({ width = '100%', height = '0.75rem' }: { width?: string; height?: string }) {
  return <span className={style.bone} style={{ width, height }} />;
}

/** Announces once that something is loading; what it draws is for the eyes. */
function Waiting({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('loading')} className={style.waiting}>
      {children}
    </div>
  );
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export function HitSkeletons({ count = 7 }: { count?: number }) {
  return (
    <Waiting>
      {upTo(count).map((index) => (
        <div key={index} className={style.hit}>
          <span className={style.row}>
            <Bone width="34%" />
            <Bone width="40%" height="0.625rem" />
          </span>
          <Bone width="96%" />
          <Bone width={`${48 + ((index * 17) % 40)}%`} />
          <Bone width="30%" height="0.625rem" />
        </div>
      ))}
    </Waiting>
  );
}

export function LineSkeletons({ count = 8 }: { count?: number }) {
  return (
    <Waiting>
      {upTo(count).map((index) => (
        <div key={index} className={style.line}>
          <Bone width="11rem" height="0.625rem" />
          <span className={style.words}>
            <Bone width="8rem" />
            <Bone width={`${40 + ((index * 23) % 55)}%`} />
          </span>
        </div>
      ))}
    </Waiting>
  );
}

export function CardSkeletons({ count = 3, height = '9rem' }: { count?: number; height?: string }) {
  return (
    <Waiting>
      <div className={style.cards}>
        {upTo(count).map((index) => (
          <Bone key={index} height={height} />
        ))}
      </div>
    </Waiting>
  );
}

export function RowSkeletons({ count = 10 }: { count?: number }) {
  return (
    <Waiting>
      {upTo(count).map((index) => (
        <div key={index} className={style.tableRow}>
          <Bone width="20%" />
          <Bone width={`${20 + ((index * 13) % 30)}%`} />
          <Bone width="15%" />
        </div>
      ))}
    </Waiting>
  );
}
