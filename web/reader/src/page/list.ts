/**
 * A list of which only what is in sight is in the document. Heights are estimated until they are measured; what is being read stays where
 * it is when those above turn out different.
 */

/** Kept in the document beyond either edge, in pixels. */
const MARGIN = 800;

export interface Source {
  readonly length: number;
  /** An estimate in pixels. */
  height(index: number): number;
  render(index: number): HTMLElement;
}

export class VirtualList {
  readonly pane: HTMLElement;
  private readonly above = document.createElement('div');
  private readonly window = document.createElement('div');
  private readonly below = document.createElement('div');
  private heights: number[] = [];
  private offsets: number[] = [];
  private readonly nodes = new Map<number, HTMLElement>();
  private frame = 0;
  private width = 0;
  /** The first and last in the document. */
  private first = 0;
  private last = 0;
  private pinned: { index: number; top: number } | null = null;

  constructor(
    private readonly source: Source,
    private readonly moved: (first: number) => void,
  ) {
    this.pane = document.createElement('div');
    this.pane.className = 'pane';
    this.pane.tabIndex = 0;
    this.pane.append(this.above, this.window, this.below);
    this.pane.addEventListener('scroll', () => this.schedule(), { passive: true });
    new ResizeObserver(() => {
      if (this.pane.clientWidth !== this.width) this.reset();
      this.schedule();
    }).observe(this.pane);
  }

  /** Begin anew, after the source changed or the width did; what is being read stays in place. */
  reset(): void {
    const first = this.offsets.length ? this.indexAt(this.pane.scrollTop) : 0;
    const top = this.offsets.length ? this.pane.scrollTop - this.offsets[first]! : 0;
    this.width = this.pane.clientWidth;
    this.heights = Array.from({ length: this.source.length }, (_, index) => this.source.height(index));
    this.clear();
    this.sum();
    this.pinned = this.pinned || { index: Math.min(first, this.source.length - 1), top };
    this.schedule();
  }

  /** Make one element again. */
  refresh(index: number): void {
    const old = this.nodes.get(index);
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const fresh = this.source.render(index);
    old.replaceWith(fresh);
    this.nodes.set(index, fresh);
    if (focused) (fresh.querySelector('button') || fresh).focus({ preventScroll: true });
  }

  /** Every element that is in the document now. */
  each(visit: (index: number, node: HTMLElement) => void): void {
    this.nodes.forEach((node, index) => visit(index, node));
  }

  /** Bring an element into sight: to a third of the height, or, `near`, no farther than it needs. */
  show(index: number, near = false): void {
    if (!this.offsets.length) this.sum();
    const height = this.pane.clientHeight;
    const top = this.offsets[index]!;
    const bottom = top + this.heights[index]!;
    const { scrollTop } = this.pane;
    if (near && top >= scrollTop + 8 && bottom <= scrollTop + height - 8) return;
    const wanted = near ? (top < scrollTop + 8 ? 24 : Math.max(height - this.heights[index]! - 24, 24)) : height / 3;
    this.pinned = { index, top: -wanted };
    this.draw();
  }

  private clear(): void {
    this.nodes.clear();
    this.window.textContent = '';
  }

  private schedule(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  private sum(): void {
    const { heights, offsets } = this;
    offsets.length = heights.length + 1;
    offsets[0] = 0;
    for (let at = 0; at < heights.length; at++) offsets[at + 1] = offsets[at]! + heights[at]!;
  }

  /** The element at a distance from the top. */
  private indexAt(distance: number): number {
    let low = 0;
    let high = this.heights.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsets[middle]! <= distance) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { pane } = this;
    if (!this.heights.length || !pane.clientHeight) return;
    // What was asked for stays where it is; else what is at the upper edge does.
    const anchor = this.pinned || {
      index: this.indexAt(pane.scrollTop),
      top: pane.scrollTop - this.offsets[this.indexAt(pane.scrollTop)]!,
    };
    for (let round = 0; round < 4; round++) {
      const wanted = this.offsets[anchor.index]! + anchor.top;
      this.fill(Math.max(0, wanted));
      const changed = this.measure();
      this.space();
      if (!changed) break;
    }
    const wanted = Math.max(0, Math.round(this.offsets[anchor.index]! + anchor.top));
    if (this.pinned || Math.abs(pane.scrollTop - wanted) > 1) pane.scrollTop = wanted;
    this.pinned = null;
    this.moved(this.indexAt(pane.scrollTop + 40));
  }

  private fill(top: number): void {
    const first = this.indexAt(Math.max(0, top - MARGIN));
    const last = this.indexAt(top + this.pane.clientHeight + MARGIN);
    this.nodes.forEach((node, index) => {
      if (index >= first && index <= last) return;
      node.remove();
      this.nodes.delete(index);
    });
    let after: HTMLElement | null = null;
    for (let index = last; index >= first; index--) {
      let node = this.nodes.get(index);
      if (!node) {
        node = this.source.render(index);
        this.nodes.set(index, node);
        this.window.insertBefore(node, after);
      }
      after = node;
    }
    this.first = first;
    this.last = last;
  }

  private measure(): boolean {
    let changed = false;
    this.nodes.forEach((node, index) => {
      const height = node.offsetHeight;
      if (Math.abs(height - this.heights[index]!) < 1) return;
      this.heights[index] = height;
      changed = true;
    });
    if (changed) this.sum();
    return changed;
  }

  private space(): void {
    this.above.style.height = `${this.offsets[this.first]!}px`;
    this.below.style.height = `${this.offsets[this.heights.length]! - this.offsets[this.last + 1]!}px`;
  }
}
