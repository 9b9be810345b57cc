/** Where one is in the app: a stack of places, of which the browser's own Back takes one off. No address names anything. */
import { Cell } from './cell';

export type Place =
  | { at: 'chat'; room: string }
  | { at: 'details'; room: string }
  | { at: 'contact'; pin: string }
  | { at: 'check'; pin: string }
  | { at: 'add' }
  | { at: 'group' }
  | { at: 'account' };

export class Nav {
  readonly stack = new Cell<readonly Place[]>([]);

  begin(): void {
    // After a reload the browser still has the steps, and the app no longer knows them.
    history.replaceState({ depth: 0 }, '');
    window.addEventListener('popstate', ({ state }) => {
      const { depth = 0 } = (state ?? {}) as { depth?: number };
      this.stack.set(this.stack.get().slice(0, depth));
    });
  }

  push(place: Place): void {
    const stack = [...this.stack.get(), place];
    history.pushState({ depth: stack.length }, '');
    this.stack.set(stack);
  }

  /** From the list: what was open is left. */
  show(place: Place): void {
    const deep = this.stack.get().length > 0;
    history[deep ? 'replaceState' : 'pushState']({ depth: 1 }, '');
    this.stack.set([place]);
  }

  /** To the list, whatever is open. */
  home(): void {
    const depth = this.stack.get().length;
    if (depth) history.go(-depth);
  }

  back(): void {
    if (this.stack.get().length) history.back();
  }
}
