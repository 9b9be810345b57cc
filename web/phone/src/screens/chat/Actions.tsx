/** What can be done with a message, and the finger that asks for it. */
import { type HTMLAttributes, useEffect, useRef } from 'react';

import { usePhone } from '~/app/hooks';
import { Button, Sheet } from '~/parts';
import { quoteOf } from '~/talk/content';
import type { Chat, Placed, Quote } from '~/talk/model';
import { say } from '~/words';

import { ChooseSign } from './Reactions';

/** How long a finger rests before it means something else than a press, in milliseconds. */
const LONG_MS = 450;
/** A finger that moves further than this scrolls, in pixels. */
const STILL = 10;

/** A finger that rests on a message opens what can be done with it; a mouse has a button for that. */
export function useLongPress(act: () => void): HTMLAttributes<HTMLElement> {
  const down = useRef<{ x: number; y: number; alarm: ReturnType<typeof setTimeout> } | null>(null);
  const acted = useRef(false);
  const stop = (): void => {
    if (down.current) clearTimeout(down.current.alarm);
    down.current = null;
  };
  useEffect(() => stop, []);
  return {
    onPointerDown: ({ pointerType, clientX, clientY }) => {
      stop();
      acted.current = false;
      if (pointerType !== 'touch') return;
      const long = (): void => {
        acted.current = true;
        act();
      };
      down.current = { x: clientX, y: clientY, alarm: setTimeout(long, LONG_MS) };
    },
    onPointerMove: ({ clientX, clientY }) => {
      if (down.current && Math.hypot(clientX - down.current.x, clientY - down.current.y) > STILL) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onContextMenu: (event) => {
      if (down.current) event.preventDefault();
    },
    // The finger that goes up again must not open the picture that it rested on.
    onClickCapture: (event) => {
      if (acted.current) event.stopPropagation();
      acted.current = false;
    },
  };
}

interface Props {
  chat: Chat;
  message: Placed;
  mine: boolean;
  reply: (quote: Quote) => void;
  close: () => void;
}

export function Actions({ chat, message, mine, reply, close }: Props) {
  const phone = usePhone();
  const quote = quoteOf(message);
  const { body } = message;
  const act = (work: () => unknown) => (): void => {
    close();
    void work();
  };
  return (
    <Sheet title={say('chat.actions')} close={close}>
      {quote && !chat.left && (
        <ChooseSign choose={(sign) => act(() => phone.react(chat, message, sign).catch(() => undefined))()} />
      )}
      {quote && !chat.left && (
        <Button icon="reply" onClick={act(() => reply(quote))}>
          {say('chat.reply')}
        </Button>
      )}
      {body.kind === 'text' && (
        <Button icon="copy" onClick={act(() => navigator.clipboard.writeText(body.text))}>
          {say('copy')}
        </Button>
      )}
      <Button icon="bin" onClick={act(() => phone.timers.remove(message.id))}>
        {say('chat.delete')}
      </Button>
      {mine && !chat.left && (
        <Button
          tone="danger"
          icon="bin"
          onClick={act(() => phone.takeBack(chat.room, message.id).catch(() => undefined))}
        >
          {say('chat.take-back')}
        </Button>
      )}
      <Button onClick={close}>{say('cancel')}</Button>
    </Sheet>
  );
}
