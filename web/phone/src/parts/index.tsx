/** The parts that all screens are made of. No screen brings its own buttons or fields. */
import { type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef } from 'react';
import { encode } from 'uqr';

import { useHeading } from '~/app/hooks';
import { say } from '~/words';

import { Icon, type IconName } from './Icon';
import styles from './parts.module.css';

export { Icon, Mark, type IconName } from './Icon';

const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ');

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { tone?: 'primary' | 'danger' | 'quiet'; icon?: IconName };

export function Button({ tone, icon, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={classes(styles.button, tone && styles[tone], className)}>
      {icon && <Icon name={icon} size={20} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> & { icon: IconName; label: string };

export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} {...rest} className={classes(styles.icon, className)}>
      <Icon name={icon} />
    </button>
  );
}

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  fault?: string | null;
  hint?: ReactNode;
  /** For codes and PINs: capitals of one width. */
  code?: boolean;
};

export function Field({ label, fault, hint, code, ...rest }: FieldProps) {
  const id = useId();
  const described = fault || hint ? `${id}-said` : undefined;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <input
        autoComplete="off"
        autoCapitalize={code ? 'characters' : 'off'}
        autoCorrect="off"
        spellCheck={false}
        {...rest}
        id={id}
        className={classes(styles.input, code && styles.code)}
        aria-invalid={fault ? true : undefined}
        aria-describedby={described}
      />
      {fault ? (
        <p className={styles.fault} id={described} role="alert">
          {fault}
        </p>
      ) : (
        hint && (
          <div className={styles.hint} id={described}>
            {hint}
          </div>
        )
      )}
    </div>
  );
}

interface ScreenProps {
  title: string;
  back?: () => void;
  actions?: ReactNode;
  /** Between head and body. */
  under?: ReactNode;
  /** In a column of its own, with room around it. */
  column?: boolean;
  children: ReactNode;
}

/** A screen with its heading, which takes the focus when the screen comes. */
export function Screen({ title, back, actions, under, column = true, children }: ScreenProps) {
  const heading = useHeading();
  return (
    <section className={styles.screen} aria-label={title}>
      <header className={styles.head}>
        {back && <IconButton icon="back" label={say('back')} onClick={back} />}
        <h1 className={styles.title} ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {actions}
      </header>
      {under}
      <div className={styles.body}>{column ? <div className={styles.column}>{children}</div> : children}</div>
    </section>
  );
}

export const Lead = ({ children }: { children: ReactNode }) => <p className={styles.lead}>{children}</p>;
export const Fault = ({ children }: { children: ReactNode }) =>
  children ? (
    <p className={styles.fault} role="alert">
      {children}
    </p>
  ) : null;

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Banner({
  warning = false,
  children,
  actions,
}: {
  warning?: boolean;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={classes(styles.banner, warning && styles.warning)} role={warning ? 'alert' : 'status'}>
      <p>{children}</p>
      {actions}
    </div>
  );
}

/** The first letter on a calm tint, always the same for the same PIN. */
export function Avatar({ id, name }: { id: string; name: string }) {
  const tint = [...id].reduce((sum, sign) => sum + (sign.codePointAt(0) as number), 0) % 6;
  return (
    <span className={styles.avatar} data-tint={tint} aria-hidden="true">
      {[...name][0]}
    </span>
  );
}

/** A dialog over the screen; Escape and a press beside it close it. */
export function Sheet({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-label={title}
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div className={styles.sheetInside}>
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

/** A QR code, dark on white in either scheme, since scanners expect it. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
