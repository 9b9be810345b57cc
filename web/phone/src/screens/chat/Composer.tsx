/** Write, record or choose a picture; what is said goes into the outbox at once. */
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';

import { usePhone } from '~/app/hooks';
import { Button, Fault, IconButton, Sheet } from '~/parts';
import type { Chat, Quote } from '~/talk/model';
import { type Drawn, drawnAnew } from '~/talk/picture';
import type { Recorded } from '~/talk/record';
import { say } from '~/words';

import { Quoted } from './Bubble';
import styles from './chat.module.css';
import { RecordBar, useRecorder } from './Recorder';

interface Props {
  chat: Chat;
  quote: Quote | null;
  done: () => void;
}

const fine = (): boolean => matchMedia('(pointer: fine)').matches;

export function Composer({ chat, quote, done }: Props) {
  const phone = usePhone();
  const [text, setText] = useState('');
  const [picture, setPicture] = useState<Drawn | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const send = (...said: [draft: Parameters<typeof phone.outbox.add>[1], file?: Recorded['bytes']]): void => {
    void phone.outbox.add(chat, said[0], said[1], quote ?? undefined);
    done();
  };
  const recorder = useRecorder(({ bytes, mimetype, duration, waveform }) =>
    send({ kind: 'voice', file: null, mimetype, size: bytes.length, duration, waveform }, bytes),
  );
  useEffect(() => {
    if (quote) field.current?.focus();
  }, [quote]);
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (!text.trim()) return;
    send({ kind: 'text', text: text.trim() });
    setText('');
    phone.typing(chat.room, false);
    field.current?.focus();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || !fine()) return;
    event.preventDefault();
    submit();
  };
  const choose = async (file: File | undefined): Promise<void> => {
    setFault(null);
    if (file) await drawnAnew(file).then(setPicture, () => setFault(say('chat.picture.bad')));
  };
  return (
    <form className={styles.composer} onSubmit={submit}>
      <Fault>{fault ?? recorder.fault}</Fault>
      {quote && (
        <div className={styles.replying}>
          <Quoted quote={quote} />
          <IconButton icon="close" label={say('cancel')} onClick={done} />
        </div>
      )}
      <div className={styles.compose}>
        {recorder.now ? (
          <RecordBar recorder={recorder} />
        ) : (
          <>
            <PictureButton choose={choose} />
            <textarea
              ref={field}
              className={styles.write}
              aria-label={say('chat.write')}
              placeholder={say('chat.write')}
              dir="auto"
              rows={1}
              value={text}
              onKeyDown={key}
              onChange={(event) => {
                setText(event.target.value);
                phone.typing(chat.room, event.target.value !== '');
              }}
            />
          </>
        )}
        {text.trim() ? (
          <button type="submit" className={styles.send} aria-label={say('chat.send')}>
            <SendSign />
          </button>
        ) : (
          recorder.button
        )}
      </div>
      {picture && (
        <Preview
          picture={picture}
          close={() => setPicture(null)}
          send={() =>
            send(
              {
                kind: 'picture',
                file: null,
                mimetype: picture.mimetype,
                size: picture.bytes.length,
                width: picture.width,
                height: picture.height,
              },
              picture.bytes,
            )
          }
        />
      )}
    </form>
  );
}

const SendSign = () => (
  <svg
    width="22"
    height="22"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d="M12 19V5M5.5 11.5L12 5l6.5 6.5" />
  </svg>
);

function PictureButton({ choose }: { choose: (file: File | undefined) => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="picture" label={say('chat.picture')} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={({ target }) => {
          void choose(target.files?.[0]);
          target.value = '';
        }}
      />
    </>
  );
}

function Preview({ picture, send, close }: { picture: Drawn; send: () => void; close: () => void }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([picture.bytes], { type: picture.mimetype }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return (
    <Sheet title={say('chat.picture.preview')} close={close}>
      {url && <img className={styles.preview} src={url} alt={say('chat.picture.preview')} />}
      <Button
        tone="primary"
        onClick={() => {
          send();
          close();
        }}
      >
        {say('chat.send')}
      </Button>
      <Button onClick={close}>{say('cancel')}</Button>
    </Sheet>
  );
}
