/** The page of the checks: what was found, the key that a person was given, and the folder that the page lies in. */
import type { Checking } from '../check/checking';
import { checkFolder } from '../check/folder';
import type { Step } from '../check/steps';
import type { Pack } from '../pack/pack';
import { h, icon, refill } from './h';
import { countsLine, headFacts, outcomeWords, stepItem } from './sections';
import { number, t } from './words';

/** What a person said here, and what came of it; kept while the page is open and nowhere else. */
export interface Said {
  key: string;
  folder: Step[];
  folderProgress: string;
}

export class ChecksPage {
  readonly element = h('div.page');
  private readonly progress = h('div.progress', { role: 'status' });
  private readonly steps = h('ol.steps');
  private readonly compared = h('p.outcome', { role: 'status' });
  private readonly folder = h('div', { role: 'status' });

  constructor(
    private readonly pack: Pack,
    private readonly checking: Checking,
    private readonly said: Said,
    private readonly changed: () => void,
  ) {
    this.element.append(
      h('h1', null, t('page.checks')),
      h('section', null, h('p.lead', null, countsLine(pack)), headFacts(pack)),
      h(
        'section',
        null,
        h('h2', null, t('check.title')),
        h('p.lead', null, t('check.lead')),
        this.progress,
        this.steps,
      ),
      this.keySection(),
      this.folderSection(),
      h(
        'section',
        null,
        h('h2', null, t('limits.title')),
        h('p.lead', null, t('limits.lead')),
        h('code.command', null, `underseal verify PACK --key ${pack.listing.head.signer}`),
      ),
    );
    this.update();
  }

  /** Show how far the checks are. */
  update(): void {
    const { checking, said } = this;
    const total = this.pack.shown.length;
    const { words, state } = outcomeWords(checking, total);
    const running = checking.state === 'running';
    const left = checking.rate ? Math.ceil((total - checking.done) / checking.rate) : 0;
    const bar = h('progress', { max: Math.max(total, 1), value: checking.done, 'aria-label': t('check.title') });
    refill(
      this.progress,
      h('p.outcome', { 'data-state': state }, words),
      running && checking.done < total
        ? [bar, h('span.quiet', null, t('check.rate', { rate: Math.round(checking.rate), left }))]
        : null,
      running
        ? h('button', { type: 'button', onclick: () => checking.cancel() }, t('check.cancel'))
        : h('button', { type: 'button', onclick: () => void checking.run() }, t('check.again')),
    );
    refill(this.steps, checking.steps.map(stepItem), checking.failures.slice(0, 100).map(({ line, step }) =>
      h('li.step', { 'data-outcome': 'fails' }, icon('cross'), h('span', null, h('a', { href: `#line-${line}` }, `#${line}`), ' ', t(`step.${step.name}`), h('span.detail', null, t(`found.${step.why}`, step.filling))))),
    ); // prettier-ignore
    if (checking.failures.length > 100)
      this.steps.append(h('li', null, t('check.moreFail', { count: checking.failures.length - 100 })));
    const compared = comparison(said.key, this.pack.listing.head.signer);
    refill(this.compared, said.key ? t(`trust.${compared}`) : t('trust.notYet'));
    this.compared.dataset['state'] = said.key ? (compared === 'same' ? 'holds' : 'fails') : 'stopped';
    refill(
      this.folder,
      said.folderProgress ? h('p.quiet', null, said.folderProgress) : null,
      h('ol.steps', null, said.folder.map(stepItem)),
    );
  }

  private keySection(): HTMLElement {
    const input = h('input', { type: 'text', id: 'key', value: this.said.key, autocomplete: 'off', spellcheck: 'false', oninput: () => {
      this.said.key = input.value.trim();
      this.changed();
    } }); // prettier-ignore
    return h(
      'section',
      null,
      h('h2', null, t('trust.title')),
      h('p.lead', null, t('trust.lead')),
      h('label', { for: 'key' }, t('trust.label')),
      input,
      this.compared,
    );
  }

  private folderSection(): HTMLElement {
    const { said } = this;
    const picker = h('input.sr', {
      type: 'file',
      id: 'folder',
      multiple: true,
      webkitdirectory: true,
      onchange: () => void this.readFolder(Array.from(picker.files || [])),
    });
    const label = h('label.button', { for: 'folder' }, t('folder.choose'));
    const beside = this.pack.listing.files.filter((file) => /^(media|forms)\//.test(file.path)).length;
    void said;
    return h(
      'section',
      null,
      h('h2', null, t('folder.title')),
      h('p.lead', null, t('folder.lead', { count: beside })),
      h('div', null, picker, label),
      this.folder,
    );
  }

  private async readFolder(files: File[]): Promise<void> {
    const { said, checking } = this;
    if (!files.length || !checking.engine) return;
    said.folder = [];
    const told = (done: number, total: number): void => {
      said.folderProgress = t('folder.progress', { done: number(done), total: number(total) });
      this.changed();
    };
    told(0, files.length);
    try {
      said.folder = await checkFolder(checking.engine, files, this.pack.listing, told);
    } catch {
      said.folder = [{ name: 'folder', outcome: 'fails', why: 'unreadable' }];
    }
    said.folderProgress = '';
    this.changed();
  }
}

/** How the key that a person was given stands to the one that signed. */
export function comparison(given: string, signer: string): 'same' | 'other' | 'noKey' {
  const key = given.replace(/[\s:-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(key)) return 'noKey';
  return key === signer ? 'same' : 'other';
}
