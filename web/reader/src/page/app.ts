/** The page as a whole: head, pages, messages, the check of one message, paper, and keys. */
import { Checking } from '../check/checking';
import type { Pack } from '../pack/pack';
import { ChecksPage, comparison, type Said } from './checks';
import { drawer } from './drawer';
import { fill, h, icon, mark, refill } from './h';
import { paper } from './print';
import { Reading } from './reading';
import { auditPage, claimsPage, leftOutPage, outcomeWords, PAGES, schedulesPage, type PageName } from './sections';
import { LANGUAGES, preferred, speak, spoken, t, type Language } from './words';

const KEYS: [string, string][] = [
  ['j', 'next'], ['k', 'previous'], ['p', 'check'], ['/', 'search'], ['n', 'hit'], ['Esc', 'close'], ['?', 'keys'],
]; // prettier-ignore

/** How long pictures are waited for before printing, in ms. */
const PATIENCE = 10_000;

export class App {
  private readonly checking: Checking;
  private reading!: Reading;
  private checksPage: ChecksPage | null = null;
  private page: PageName = 'messages';
  private readonly said: Said = { key: '', folder: [], folderProgress: '' };
  private readonly pill = h('button.pill', { type: 'button', onclick: () => this.open('checks') });
  private main!: HTMLElement;
  private nav!: HTMLElement;
  private conversations!: HTMLElement;
  private choice!: HTMLSelectElement;
  private found!: HTMLElement;
  private search!: HTMLInputElement;
  private side: HTMLElement | null = null;
  private sheet: HTMLElement | null = null;
  private painted = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly pack: Pack,
  ) {
    const { crypto } = window;
    this.checking = new Checking(pack, crypto ? crypto.subtle : undefined, () => this.changed());
    speak(preferred(navigator.languages || [navigator.language]));
    this.build();
    document.addEventListener('keydown', (event) => this.key(event));
    addEventListener('hashchange', () => this.follow());
    addEventListener('beforeprint', () => this.print());
    addEventListener('afterprint', () => this.unprint());
  }

  /** All messages are there: follow the address, and begin to check. */
  start(): void {
    this.build();
    this.follow();
    requestAnimationFrame(() => setTimeout(() => void this.checking.run(), 0));
  }

  private build(): void {
    const { head } = this.pack.listing;
    document.title = `${head.dossier} · ${head.title}`;
    this.side = null;
    const sought = this.reading ? this.reading.sought : '';
    const current = this.reading ? this.reading.current : 0;
    this.reading = new Reading(
      this.pack,
      this.checking,
      (index) => this.check(index),
      (at) => this.inConversation(at),
    );
    this.reading.current = current;
    this.main = h('main', { id: 'main' });
    this.nav = h('nav.pages', { 'aria-label': t('pages') });
    this.conversations = h('nav.conversations', { 'aria-label': t('conversations') });
    refill(
      this.root,
      h('a.skip', { href: '#main', onclick: (event: Event) => {
        event.preventDefault();
        (this.main.firstElementChild as HTMLElement).focus();
      } }, t('skip')),
      this.top(head.dossier, head.title, sought),
      h('div.body', null, h('div.left', null, this.nav, this.conversations), this.main),
    ); // prettier-ignore
    this.listConversations();
    this.open(this.page, true);
    this.changed();
    if (sought) this.reading.search(sought);
  }

  private top(dossier: string, title: string, sought: string): HTMLElement {
    this.search = h('input', {
      type: 'search', placeholder: t('search.label'), 'aria-label': t('search.label'), value: sought,
      oninput: () => this.seek(), onkeydown: (event: KeyboardEvent) => event.key === 'Enter' && this.nextHit(event.shiftKey ? -1 : 1),
    }); // prettier-ignore
    this.found = h('span.found', { role: 'status' });
    const language = h('select', { 'aria-label': t('language'), onchange: () => {
      speak(language.value as Language);
      this.build();
    } }, Object.keys(LANGUAGES).map((tag) => h('option', { value: tag, selected: tag === spoken() }, LANGUAGES[tag as Language]))); // prettier-ignore
    return h(
      'header.top',
      null,
      mark(),
      h('div.title', null, h('span.dossier', null, t('top.dossier', { dossier })), h('bdi.name', { title }, title)),
      this.pill,
      h('div.search', { role: 'search' }, icon('search', 15), this.search, this.found),
      h(
        'div.tools',
        null,
        language,
        h(
          'button.bare',
          {
            type: 'button',
            'aria-label': t('print.button'),
            title: t('print.button'),
            onclick: () => void this.printAll(),
          },
          icon('print'),
        ),
        h(
          'button.bare',
          { type: 'button', 'aria-label': t('keys.title'), title: t('keys.title'), onclick: () => this.help() },
          icon('keys'),
        ),
      ),
    );
  }

  private listConversations(): void {
    const { conversations } = this.pack;
    const label = (at: number): string => conversations[at]!.senders.join(', ') || conversations[at]!.id;
    const names = (at: number): (Node | string)[] =>
      ([] as (Node | string)[]).concat(
        ...conversations[at]!.senders.map((name, place) => [place ? ', ' : '', h('bdi', null, name)]),
      );
    this.choice = h(
      'select.jump',
      { 'aria-label': t('conversations'), onchange: () => this.reading.goToConversation(Number(this.choice.value)) },
      conversations.map((each, at) => h('option', { value: at }, `${label(at)} (${each.end - each.first})`)),
    );
    refill(
      this.conversations,
      h('h2', null, t('conversations')),
      h('ul', null, conversations.map((each, at) => h('li', null, h('button', { type: 'button', title: each.id, onclick: () => this.reading.goToConversation(at) },
        h('span', null, ...(conversations[at]!.senders.length ? names(at) : [each.id])), h('span.quiet', null, `${t('count.messages', { count: each.end - each.first })}${each.locked ? ` · ${t('count.locked', { count: each.locked })}` : ''}`))))),
    ); // prettier-ignore
  }

  private inConversation(at: number): void {
    this.conversations.querySelectorAll('li').forEach((item, index) => {
      const button = item.firstElementChild as HTMLElement;
      if ((index === at) === button.hasAttribute('aria-current')) return;
      if (index === at) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
      // Only the list moves: the page itself must stay where it is.
      if (index === at)
        this.conversations.scrollTop = Math.max(0, item.offsetTop - this.conversations.clientHeight / 2);
    });
    this.choice.value = String(at);
  }

  /** Show a page. */
  private open(page: PageName, still = false): void {
    this.page = page;
    this.checksPage = null;
    refill(this.nav, PAGES.map((name) => h('a', { href: `#${name}`, 'aria-current': name === page ? 'page' : undefined, onclick: (event: Event) => {
      event.preventDefault();
      history.replaceState(null, '', `#${name}`);
      this.open(name);
    } }, t(`page.${name}`)))); // prettier-ignore
    this.conversations.hidden = page !== 'messages';
    refill(this.main);
    if (page === 'messages') fill(this.main, [this.choice, this.reading.list.pane]);
    else {
      const content = this.content(page);
      content.tabIndex = 0;
      this.main.append(content);
      if (!still) content.focus({ preventScroll: true });
    }
    if (page === 'messages') this.reading.list.reset();
    this.closeSide();
  }

  private content(page: PageName): HTMLElement {
    if (page === 'schedules') return schedulesPage(this.pack);
    if (page === 'claims') return claimsPage(this.pack);
    if (page === 'leftOut') return leftOutPage(this.pack);
    if (page === 'audit') return auditPage(this.pack);
    this.checksPage = new ChecksPage(this.pack, this.checking, this.said, () => this.changed(true));
    return this.checksPage.element;
  }

  /** Go where the address says: "#line-17", "#audit". */
  private follow(): void {
    const hash = location.hash.slice(1);
    const line = /^line-(\d+)$/.exec(hash);
    if (line) {
      if (this.page !== 'messages') this.open('messages');
      this.reading.go(Number(line[1]) - 1);
    } else if (PAGES.indexOf(hash as PageName) >= 0) this.open(hash as PageName);
  }

  private changed(now = false): void {
    const { checking } = this;
    const time = performance.now();
    if (!now && checking.state === 'running' && time - this.painted < 150) return;
    this.painted = time;
    const { words, state } = outcomeWords(checking, this.pack.shown.length);
    const drawn = state === 'holds' ? icon('check', 15) : state === 'fails' ? icon('cross', 15) : icon('dash', 15);
    const unsure = state === 'holds' && comparison(this.said.key, this.pack.listing.head.signer) !== 'same';
    refill(
      this.pill,
      drawn,
      h('span', null, words),
      unsure ? h('span.but', null, t('verdictOf.keyNotCompared')) : null,
    );
    this.pill.dataset['state'] = state;
    this.pill.dataset['checking'] = checking.state;
    this.pill.title = t('page.checks');
    this.reading.marked();
    if (this.checksPage) this.checksPage.update();
  }

  private seek(): void {
    if (this.page !== 'messages') this.open('messages');
    this.reading.search(this.search.value);
    const at = this.reading.sought ? this.reading.hit(1, true) : 0;
    this.tellFound(at);
  }

  private nextHit(direction: 1 | -1): void {
    if (this.reading.sought) this.tellFound(this.reading.hit(direction, false));
  }

  private tellFound(at: number): void {
    const count = this.reading.hits.length;
    this.found.textContent = !this.reading.sought
      ? ''
      : count
        ? t('search.at', { at, total: count })
        : t('search.none');
  }

  /** Open the check of one message beside it. */
  private check(index: number): void {
    this.closeSide();
    this.reading.go(index, true);
    this.side = drawer(
      this.pack.shown[index]!,
      this.checking,
      () => this.closeSide(true),
      () => this.changed(true),
    );
    this.main.parentElement!.append(this.side);
    this.side.focus({ preventScroll: true });
  }

  private closeSide(back = false): void {
    if (!this.side) return;
    this.side.remove();
    this.side = null;
    if (back) this.reading.list.pane.focus({ preventScroll: true });
  }

  private help(): void {
    const close = (): void => {
      this.side = null;
      box.remove();
    };
    this.closeSide();
    const box = h('aside.drawer', { tabindex: '-1', 'aria-label': t('keys.title') }, h('header', null, h('h2', null, t('keys.title')), h('button.bare', { type: 'button', 'aria-label': t('close'), onclick: close }, icon('cross'))),
      h('dl.keys', null, KEYS.map(([key, name]) => h('div', null, h('dt', null, h('kbd', null, key)), h('dd', null, t(`keys.${name}`)))))); // prettier-ignore
    this.side = box;
    this.main.parentElement!.append(box);
    box.focus();
  }

  private key(event: KeyboardEvent): void {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test((event.target as Element).tagName || '');
    if (event.key === 'Escape') {
      if (typing) (event.target as HTMLElement).blur();
      this.closeSide(true);
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { reading } = this;
    const acts: Record<string, () => void> = {
      j: () => reading.go(Math.min(reading.current + 1, this.pack.shown.length - 1), true),
      k: () => reading.go(Math.max(reading.current - 1, 0), true),
      p: () => this.check(reading.current),
      n: () => this.nextHit(1),
      '/': () => this.search.focus(),
      '?': () => this.help(),
    };
    const act = acts[event.key];
    if (!act || (this.page !== 'messages' && 'jkpn'.indexOf(event.key) >= 0)) return;
    event.preventDefault();
    act();
  }

  /** Print from the page: then there is time for the pictures, which a browser that prints by itself does not wait for. */
  private async printAll(): Promise<void> {
    this.print();
    const pictures = Array.from(this.sheet!.querySelectorAll('img')).filter((picture) => !picture.complete);
    const loaded = pictures.map((picture) => new Promise((resolve) => (picture.onload = picture.onerror = resolve)));
    await Promise.race([Promise.all(loaded), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    print();
  }

  private print(): void {
    this.unprint();
    this.sheet = paper(this.pack, this.checking);
    document.body.append(this.sheet);
  }

  private unprint(): void {
    if (this.sheet) this.sheet.remove();
    this.sheet = null;
  }
}
