/** The messages in their conversations, with day lines between, in a list that holds what is in sight. */
import type { Checking } from '../check/checking';
import type { Pack } from '../pack/pack';
import { h } from './h';
import { VirtualList } from './list';
import { messageLine } from './message';
import { countsLine } from './sections';
import { dayWords, t } from './words';

type Item =
  | { is: 'head' }
  | { is: 'conversation'; at: number }
  | { is: 'day'; day: string }
  | { is: 'line'; index: number };

export class Reading {
  readonly list: VirtualList;
  private items: Item[] = [];
  /** Where each message stands in the list. */
  private places: number[] = [];
  /** Index of the message that is being read. */
  current = 0;
  sought = '';
  /** Indices of the messages that were found. */
  hits: number[] = [];

  constructor(
    private readonly pack: Pack,
    private readonly checking: Checking,
    private readonly onCheck: (index: number) => void,
    onConversation: (at: number) => void,
  ) {
    this.lay();
    const self = this;
    this.list = new VirtualList(
      {
        get length() {
          return self.items.length;
        },
        height: (at) => this.height(this.items[at]!),
        render: (at) => this.render(this.items[at]!),
      },
      (first) => onConversation(this.conversationAt(first)),
    );
    this.list.pane.setAttribute('aria-label', t('page.messages'));
    this.list.pane.setAttribute('role', 'region');
    this.list.pane.addEventListener('scroll', () => this.checking.yieldTo(), { passive: true });
  }

  private lay(): void {
    this.items = [{ is: 'head' }];
    this.places = [];
    this.pack.conversations.forEach(({ first, end }, at) => {
      this.items.push({ is: 'conversation', at });
      let day = '';
      for (let index = first; index < end; index++) {
        const here = this.pack.shown[index]!.iso.slice(0, 10);
        if (here !== day) this.items.push({ is: 'day', day: (day = here) });
        this.places[index] = this.items.push({ is: 'line', index }) - 1;
      }
    });
  }

  /** More messages were read. */
  grown(): void {
    this.lay();
    this.list.reset();
  }

  private height(item: Item): number {
    if (item.is !== 'line') return item.is === 'head' ? 180 : item.is === 'day' ? 44 : 70;
    const shown = this.pack.shown[item.index]!;
    const width = Math.max(20, Math.min(85, (this.list.pane.clientWidth - 230) / 8));
    const lines = Math.ceil(Math.min(1500, (shown.text || '').length) / width) || 1;
    return (
      32 +
      23 * lines +
      (shown.attached && shown.attached.file ? 200 : 0) +
      (shown.relation ? 24 : 0) +
      30 * shown.redactions.length
    );
  }

  private render(item: Item): HTMLElement {
    if (item.is === 'head') return this.head();
    if (item.is === 'day') return h('h3.day', null, dayWords(item.day));
    if (item.is === 'conversation') {
      const { id, first, end, locked } = this.pack.conversations[item.at]!;
      return h(
        'header.conversation',
        null,
        h('h2', null, h('bdi', null, id)),
        h(
          'p.quiet',
          null,
          `${t('count.messages', { count: end - first })}${locked ? ` · ${t('count.locked', { count: locked })}` : ''}`,
        ),
      );
    }
    const { pack, checking, sought } = this;
    return messageLine(pack.shown[item.index]!, {
      pack,
      sought,
      mark: checking.marks[item.index] || 'unchecked',
      current: item.index === this.current,
      onCheck: this.onCheck,
      onJump: (index) => this.go(index),
    });
  }

  private head(): HTMLElement {
    const { head } = this.pack.listing;
    return h(
      'header.opening',
      null,
      h('h1', null, h('bdi', null, head.title)),
      h(
        'p',
        null,
        t('head.sentence', { dossier: head.dossier, to: head.to, authority: head.authority, release: head.release }),
      ),
      h('p.quiet', null, countsLine(this.pack)),
      this.pack.shown.length ? null : h('p.empty', null, t('schedule.usedNone')),
    );
  }

  /** Make a message the one that is being read, in sight. */
  go(index: number, near = false): void {
    if (!(index >= 0 && index < this.pack.shown.length)) return;
    const before = this.current;
    this.current = index;
    this.list.refresh(this.places[before]!);
    this.list.refresh(this.places[index]!);
    this.list.show(this.places[index]!, near);
  }

  goToConversation(at: number): void {
    const { first } = this.pack.conversations[at]!;
    this.current = first;
    const place = this.items.findIndex((item) => item.is === 'conversation' && item.at === at);
    this.list.show(place === 1 ? 0 : place, true);
  }

  private conversationAt(place: number): number {
    for (let at = place; at >= 0; at--) {
      const item = this.items[at]!;
      if (item.is === 'conversation') return item.at;
    }
    return 0;
  }

  /** The marks of the checks changed: show those in sight. */
  marked(): void {
    this.list.each((place, node) => {
      const item = this.items[place]!;
      if (item.is === 'line' && node.dataset['mark'] !== (this.checking.marks[item.index] || 'unchecked'))
        this.list.refresh(place);
    });
  }

  /** Find a text in texts, senders and names of attachments. */
  search(text: string): void {
    this.sought = text.trim().toLowerCase();
    const { sought } = this;
    this.hits = [];
    if (sought)
      this.pack.shown.forEach((shown, index) => {
        const { attached } = shown;
        const whole = [shown.text || '', shown.name, shown.sender, attached ? attached.name : '', shown.reason].join(
          '\n',
        );
        if (whole.toLowerCase().indexOf(sought) >= 0) this.hits.push(index);
      });
    this.list.each((place) => this.items[place]!.is === 'line' && this.list.refresh(place));
  }

  /** Go to the next hit (1) or the one before (-1); returns which one it is, from 1. */
  hit(direction: 1 | -1, fromHere: boolean): number {
    const { hits, current } = this;
    if (!hits.length) return 0;
    const next =
      direction > 0
        ? hits.findIndex((index) => (fromHere ? index >= current : index > current))
        : hits.filter((index) => index < current).length - 1;
    const at = (next + hits.length) % hits.length;
    const chosen = next < 0 ? (direction > 0 ? 0 : hits.length - 1) : at;
    this.go(hits[chosen]!);
    return chosen + 1;
  }
}
