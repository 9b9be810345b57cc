import {
  createContext,
  type ReactNode,
  type RefObject,
  use,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';

/** Headings of the list of keys. */
export type Group = 'everywhere' | 'pages' | 'list' | 'message';

export interface Binding {
  /** A key ("j"), two after another ("g s") or one with the command key ("mod+k"). */
  keys: string;
  words: string;
  group: Group;
  /** Return false to let another binding of the same keys have it. */
  run: (event: KeyboardEvent) => unknown;
}

interface Registration {
  bindings: readonly Binding[];
  /** While the focus is inside, these bindings come before all others; while it is not, after them. */
  within?: RefObject<HTMLElement | null>;
}

/** How long the second key of two may take, in milliseconds. */
const PAUSE = 1200;
const STORED = 'underseal:single-keys';

/** All bindings of the parts that are on the page. */
export class Keyboard {
  #registrations: Registration[] = [];
  #listeners = new Set<() => void>();
  #pending = '';
  #pendingSince = 0;
  #single = readSingle();

  add(registration: Registration): () => void {
    this.#registrations = [...this.#registrations, registration];
    this.#tell();
    return () => {
      this.#registrations = this.#registrations.filter((each) => each !== registration);
      this.#tell();
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  registrations = (): readonly Registration[] => this.#registrations;

  /** Whether keys without a command key act: some people dictate, and need them off (WCAG 2.1.4). */
  single = (): boolean => this.#single;

  setSingle(on: boolean): void {
    this.#single = on;
    try {
      localStorage.setItem(STORED, on ? 'on' : 'off');
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    this.#tell();
  }

  handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const pressed = nameOf(event);
    if (pressed === null) return;
    const command = pressed.startsWith('mod+');
    if (!command && !this.#single && pressed !== 'Escape') return;
    if (!command && isTyping(event.target) && !(pressed === 'Escape' && !isInDialog(event.target))) return;
    const chord = this.#pending && Date.now() - this.#pendingSince < PAUSE ? `${this.#pending} ${pressed}` : null;
    this.#pending = '';
    if (chord && this.#run(chord, event)) return;
    if (this.#run(pressed, event)) return;
    if (this.#begins(pressed)) {
      this.#pending = pressed;
      this.#pendingSince = Date.now();
    }
  };

  #begins(pressed: string): boolean {
    return this.#registrations.some(({ bindings }) => bindings.some(({ keys }) => keys.startsWith(`${pressed} `)));
  }

  #run(keys: string, event: KeyboardEvent): boolean {
    const inside = (each: Registration): boolean =>
      event.target instanceof Node && (each.within?.current?.contains(event.target) ?? false);
    const latest = this.#registrations.toReversed();
    const ordered = [
      ...latest.filter((each) => each.within && inside(each)),
      ...latest.filter((each) => !each.within),
      ...latest.filter((each) => each.within && !inside(each)),
    ];
    for (const { bindings } of ordered) {
      for (const binding of bindings) {
        if (binding.keys === keys && binding.run(event) !== false) {
          event.preventDefault();
          return true;
        }
      }
    }
    return false;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function readSingle(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

function nameOf(event: KeyboardEvent): string | null {
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return `mod+${event.key.toLowerCase()}`;
  if (['Shift', 'Control', 'Meta', 'Alt'].includes(event.key)) return null;
  return event.key;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input:not([type=checkbox], [type=radio]), textarea, select') ||
    isInDialog(target)
  );
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role=dialog], [role=menu], [role=listbox]') !== null;
}

const KeyboardContext = createContext<Keyboard | null>(null);

export function KeysProvider({ children }: { children: ReactNode }) {
  const keyboard = useMemo(() => new Keyboard(), []);
  useEffect(() => {
    document.addEventListener('keydown', keyboard.handle);
    return () => document.removeEventListener('keydown', keyboard.handle);
  }, [keyboard]);
  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>;
}

export function useKeyboard(): Keyboard {
  const keyboard = use(KeyboardContext);
  if (!keyboard) throw new Error('useKeyboard stands outside KeysProvider');
  return keyboard;
}

/** Have `bindings` act while the calling part is on the page; before others while the focus is `within`. */
export function useKeys(bindings: readonly Binding[], within?: RefObject<HTMLElement | null>): void {
  const keyboard = useKeyboard();
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  // The list of keys is what matters to others; what they do may change with every render.
  const shape = bindings.map(({ keys, words }) => `${keys}\t${words}`).join('\n');
  useEffect(() => {
    const stable = latest.current.map((binding, index) => ({
      ...binding,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    return keyboard.add({ bindings: stable, within });
  }, [keyboard, shape, within]);
}

/** Every binding on the page, one for each key, for the list of keys. */
export function useBindings(): Binding[] {
  const keyboard = useKeyboard();
  const registrations = useSyncExternalStore(keyboard.subscribe, keyboard.registrations);
  const found = new Map<string, Binding>();
  for (const { bindings } of registrations) for (const binding of bindings) found.set(binding.keys, binding);
  return [...found.values()];
}

export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const keyboard = useKeyboard();
  return [useSyncExternalStore(keyboard.subscribe, keyboard.single), (on) => keyboard.setSingle(on)];
}
