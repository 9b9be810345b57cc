import { Copy } from './Copy';
import style from './Digest.module.css';

/** A digest or key in full, in groups that can be read aloud, with a copy button. */
export function Digest({ value, what }: { value: string; what: string }) {
  const groups = value.match(/.{1,8}/g) ?? [];
  return (
    <span className={style.digest}>
      <code className={style.value} aria-label={value}>
        {groups.map((group, index) => (
          <span key={index}>{group}</span>
        ))}
      </code>
      <Copy value={value} what={what} />
    </span>
  );
}
