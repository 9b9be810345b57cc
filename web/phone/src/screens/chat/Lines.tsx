/** The messages of a conversation: they grow at both ends while one scrolls, and what one reads stays where it is. */
import { Fragment, type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { useCell, usePhone } from '~/app/hooks';
import { IconButton } from '~/parts';
import type { Chat, Placed, Quote } from '~/talk/model';
import { ChatWindow } from '~/talk/window';
import { dayLine, say } from '~/words';

import { Bubble, Pending, usePending } from './Bubble';
import styles from './chat.module.css';

/** Nearer to an end than this, more is fetched, in pixels. */
const NEAR = 600;
/** So near to the end counts as being there. */
const AT_END = 60;

interface Place {
  place: string;
  top: number;
}

export function Lines({ chat, reply }: { chat: Chat; reply: (quote: Quote) => void }) {
  const { book } = usePhone();
  const shown = useMemo(() => new ChatWindow(book, chat.room), [book, chat.room]);
  const { messages, older, newer } = useCell(shown.stretch);
  const pending = usePending(chat.room);
  const [away, setAway] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const held = useHeld(box, messages, pending.length);
  useEffect(() => {
    void shown.toEnd();
    return shown.stop;
  }, [shown]);
  useRead(chat, messages, away || newer);
  const scrolled = (): void => {
    const pane = box.current;
    if (!pane) return;
    const below = pane.scrollHeight - pane.scrollTop - pane.clientHeight;
    held(below < AT_END && !newer);
    setAway(below > pane.clientHeight);
    if (older && pane.scrollTop < NEAR) void shown.older();
    if (newer && below < NEAR) void shown.newer();
  };
  const toEnd = (): void => {
    held(true);
    void shown.toEnd();
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };
  return (
    <div className={styles.pane}>
      <div
        ref={box}
        className={styles.lines}
        onScroll={scrolled}
        tabIndex={0}
        role="log"
        aria-label={say('chat.messages')}
      >
        <ul>
          {!older && (
            <li className={styles.note}>{say(chat.kind === 'group' ? 'chat.private.group' : 'chat.private')}</li>
          )}
          {messages.map((message, at) => (
            <Fragment key={message.id}>
              {isNewDay(messages[at - 1], message) && <li className={styles.day}>{dayLine(message.at)}</li>}
              <Bubble chat={chat} message={message} reply={reply} />
            </Fragment>
          ))}
          {!newer && pending.map((item) => <Pending key={item.txn} item={item} />)}
        </ul>
      </div>
      {(away || newer) && (
        <IconButton className={styles.newest} icon="down" label={say('chat.newest')} onClick={toEnd} />
      )}
    </div>
  );
}

const isNewDay = (before: Placed | undefined, message: Placed): boolean =>
  !before || new Date(before.at).toDateString() !== new Date(message.at).toDateString();

/**
 * Keep what is read where it is: the end while one is there, else the first line in sight.
 *
 * Returns what is to be called at every scroll, with whether the end is in sight.
 */
function useHeld(
  box: RefObject<HTMLDivElement | null>,
  messages: readonly Placed[],
  pending: number,
): (atEnd: boolean) => void {
  const end = useRef(true);
  const first = useRef<Place | null>(null);
  useLayoutEffect(() => {
    const pane = box.current;
    if (!pane) return;
    if (end.current) pane.scrollTop = pane.scrollHeight;
    else if (first.current) {
      const line = pane.querySelector(`[data-place="${first.current.place}"]`);
      if (line) pane.scrollTop += line.getBoundingClientRect().top - first.current.top;
    }
  }, [box, messages, pending]);
  useEffect(() => {
    const pane = box.current;
    if (!pane?.firstElementChild) return undefined;
    // Pictures get their height late, and the keyboard takes some away.
    const observer = new ResizeObserver(() => {
      if (end.current) pane.scrollTop = pane.scrollHeight;
    });
    observer.observe(pane);
    observer.observe(pane.firstElementChild);
    return () => observer.disconnect();
  }, [box]);
  return (atEnd) => {
    end.current = atEnd;
    const pane = box.current;
    const top = pane?.getBoundingClientRect().top ?? 0;
    const line = [...(pane?.querySelectorAll('[data-place]') ?? [])].find(
      (each) => each.getBoundingClientRect().bottom > top,
    );
    first.current = line
      ? { place: line.getAttribute('data-place') as string, top: line.getBoundingClientRect().top }
      : null;
  };
}

/** What is on the screen is read: here, and for who wrote it. */
function useRead(chat: Chat, messages: readonly Placed[], away: boolean): void {
  const { book, marks, me } = usePhone();
  const last = messages.findLast((message) => message.from !== me && message.body.kind !== 'note')?.id;
  useEffect(() => {
    book.open.set(chat.room);
    return () => book.open.set(null);
  }, [book, chat.room]);
  useEffect(() => {
    if (chat.unread > 0 && !away) void book.change(chat.room, () => ({ unread: 0 }));
  }, [book, chat.room, chat.unread, away]);
  useEffect(() => {
    if (last && !away) void marks.read(chat.room, last);
  }, [marks, chat.room, last, away]);
}
