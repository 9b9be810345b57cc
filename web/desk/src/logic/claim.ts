import type { Attribution, EvidenceItem, Grade, NewAttribution, NewItem } from '~/api/types';

/** An item of evidence as it is typed: every field is text until it is sent. */
export interface ItemForm {
  /** Tells items of one form apart. */
  key: number;
  kind: 'message' | 'document' | 'location' | 'statement';
  words: string;
  record: string;
  sha256: string;
  name: string;
  page: string;
  start: string;
  end: string;
  source: string;
  shape: 'circle' | 'polygon';
  longitude: string;
  latitude: string;
  radius: string;
  /** Corners of a polygon, one on a line: longitude, latitude. */
  corners: string;
}

export type Kind = ItemForm['kind'];
export type Side = 'supporting' | 'opposing';
export const SIDES: readonly Side[] = ['supporting', 'opposing'];
export const KINDS: readonly Kind[] = ['message', 'document', 'location', 'statement'];

/** From the weakest to the strongest. */
export const GRADES: readonly Grade[] = [
  'inconclusive',
  'weak',
  'moderate',
  'moderately_strong',
  'strong',
  'very_strong',
  'extremely_strong',
];

/** A claim as it is typed. */
export interface ClaimForm {
  known: boolean;
  /** Id of a person who is known. */
  person: string;
  name: string;
  born: string;
  start: string;
  end: string;
  startUnknown: boolean;
  endUnknown: boolean;
  zone: string;
  grade: Grade | '';
  /** Why a claim is put in the place of another; becomes evidence for the new one. */
  why: string;
  supporting: readonly ItemForm[];
  opposing: readonly ItemForm[];
}

export function emptyForm(zone: string): ClaimForm {
  return {
    known: false,
    person: '',
    name: '',
    born: '',
    start: '',
    end: '',
    startUnknown: false,
    endUnknown: false,
    zone,
    grade: '',
    why: '',
    supporting: [],
    opposing: [],
  };
}

let made = 0;

export function newItem(kind: Kind, known: Partial<ItemForm> = {}): ItemForm {
  made += 1;
  const nothing = { words: '', record: '', sha256: '', name: '', page: '', start: '', end: '', source: '' };
  const nowhere = { longitude: '', latitude: '', radius: '', corners: '' };
  return { key: made, kind, shape: 'circle', ...nothing, ...nowhere, ...known };
}

/** A claim that stands, to be put right: what it says, and what it rests on as far as one may see it. */
export function formOf(claim: Attribution): ClaimForm {
  const items = (found: readonly EvidenceItem[]): ItemForm[] =>
    found.flatMap((item) => (item.kind === 'outside' ? [] : [itemForm(item, item.kind)]));
  return {
    known: true,
    person: claim.person.id,
    name: claim.person.name,
    born: claim.person.born ?? '',
    start: claim.start?.iso ?? '',
    end: claim.end?.iso ?? '',
    startUnknown: claim.start === null,
    endUnknown: claim.end === null,
    zone: claim.zone,
    grade: claim.grade,
    why: '',
    supporting: items(claim.supporting),
    opposing: items(claim.opposing),
  };
}

function itemForm(item: EvidenceItem, kind: Kind): ItemForm {
  return newItem(kind, {
    words: item.words ?? '',
    record: item.record == null ? '' : String(item.record),
    sha256: item.sha256 ?? '',
    name: item.name ?? '',
    page: item.page == null ? '' : String(item.page),
    start: item.start?.iso ?? '',
    end: item.end?.iso ?? '',
    source: item.source ?? '',
    ...areaForm(item.area),
  });
}

function areaForm(area: EvidenceItem['area']): Partial<ItemForm> {
  const circle = circleOf(area);
  if (circle) {
    const [longitude, latitude] = circle.centre;
    return {
      shape: 'circle',
      longitude: String(longitude),
      latitude: String(latitude),
      radius: String(circle.radius),
    };
  }
  return { shape: 'polygon', corners: (ringOf(area) ?? []).map((corner) => corner.join(', ')).join('\n') };
}

type Position = readonly [number, number];

/** Middle and radius in metres of an area, where it is a circle. */
export function circleOf(area: EvidenceItem['area']): { centre: Position; radius: number } | null {
  return area?.type === 'Circle' ? (area as unknown as { centre: Position; radius: number }) : null;
}

/** Corners of an area, where it is a polygon; the last is the first. */
export function ringOf(area: EvidenceItem['area']): readonly Position[] | null {
  return area?.type === 'Polygon' ? ((area as unknown as { coordinates: Position[][] }).coordinates[0] ?? null) : null;
}

const UNKNOWN = 'unknown';

/** What is sent. What cannot be a number goes as it was typed: the server says what is wrong with it. */
export function request(form: ClaimForm, account: string, superseding: (why: string) => string): NewAttribution {
  const reason = form.why.trim() ? [newItem('statement', { words: superseding(form.why.trim()) })] : [];
  return {
    account,
    person: form.known ? form.person : '',
    name: form.known ? '' : form.name,
    born: form.known ? null : form.born.trim() || null,
    start: form.startUnknown ? UNKNOWN : form.start.trim(),
    end: form.endUnknown ? UNKNOWN : form.end.trim(),
    zone: form.zone.trim(),
    grade: form.grade as Grade,
    supporting: [...form.supporting, ...reason].map(itemRequest),
    opposing: form.opposing.map(itemRequest),
  };
}

const number = (text: string): number | null => {
  const value = Number(text.trim().replace(/^#/, ''));
  return text.trim() && Number.isFinite(value) ? value : null;
};

function itemRequest(item: ItemForm): NewItem {
  const words = item.words.trim();
  switch (item.kind) {
    case 'message':
      return { kind: 'message', record: number(item.record), words };
    case 'document':
      return { kind: 'document', sha256: item.sha256.trim(), name: item.name, page: number(item.page), words };
    case 'location':
      return {
        kind: 'location',
        start: item.start.trim(),
        end: item.end.trim(),
        source: item.source,
        area: area(item),
        words,
      };
    case 'statement':
      return { kind: 'statement', words };
  }
}

function area(item: ItemForm): NewItem['area'] {
  if (item.shape === 'circle') {
    return { type: 'Circle', centre: [number(item.longitude), number(item.latitude)], radius: number(item.radius) };
  }
  const corners = item.corners
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => line.split(/[,;\s]+/u).flatMap((text) => (text ? [number(text)] : [])));
  const [first] = corners;
  const closed = first && corners.at(-1)?.join() !== first.join() ? [...corners, first] : corners;
  return { type: 'Polygon', coordinates: [closed] };
}

/** Fields that must hold something before anything is sent: by their names in the request. */
export function missing(form: ClaimForm, superseding: boolean): Set<string> {
  const found = new Set<string>();
  const need = (name: string, text: string): void => void (text.trim() || found.add(name));
  if (form.known) need('person', form.person);
  else need('name', form.name);
  if (!form.startUnknown) need('start', form.start);
  if (!form.endUnknown) need('end', form.end);
  need('zone', form.zone);
  need('grade', form.grade);
  if (superseding) need('why', form.why);
  else if (form.supporting.length + form.opposing.length === 0) found.add('supporting');
  return found;
}
