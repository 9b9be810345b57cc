/** What the files of a pack say: docs/formats/disclosure-pack.md names every field. */
import type { Json } from '../proof/canonical';

export interface Head {
  dossier: string;
  title: string;
  to: string;
  by: string;
  authority: string;
  release: number;
  root: string;
  at: string;
  zone: string;
  signer: string;
}

export interface Listed {
  path: string;
  size: number;
  sha256: string;
  lines?: string;
}

export interface Listing {
  format: string;
  head: Head;
  counts: Record<string, number>;
  contents: string;
  /** What the audit calls the dossier. */
  reference: string;
  since: { release: number; root: string } | null;
  files: Listed[];
}

export interface Attached {
  name: string;
  mime: string;
  size: number | null;
  sha256: string;
  file: string;
  state: string;
}

export interface Redaction {
  field: string;
  why: string;
  by: string;
}

/** What is shown of a message. */
export interface Shown {
  line: number;
  record: number;
  leaf: string;
  item: boolean;
  event: string;
  conversation: string;
  sender: string;
  name: string;
  recipients: string[];
  time: number;
  iso: string;
  clock: string;
  uncertainty: number;
  kind: string;
  verdict: string;
  reason: string;
  text: string | null;
  relation: string;
  target: string;
  attached: Attached | null;
  redactions: Redaction[];
  exhibit: string;
  ciphertext_sha256: string;
}

/** What proves it. */
export interface Line extends Shown {
  row: string | null;
  path: string[];
  ciphertext: string | null;
  raw: string | null;
  message_key: string | null;
}

export interface Schedule<Row> {
  format: string;
  schedule: string;
  rows: Row[];
}
export interface UnusedRow {
  number: number;
  record: number;
  conversation: string;
  iso: string;
  kind: string;
}
export interface SensitiveRow {
  number: number;
  reason: string;
}

export interface LeftOut {
  redactions: (Redaction & { line: number })[];
  media: { line: number; state: string }[];
  keys: { line: number }[];
  exclusions: { exhibit: string; decision: string; judge: string; why: string }[];
  attributions: { claim: string; why: string }[];
  never: { what: string; why: string }[];
}

/** What a package for a partner force says of itself. */
export interface Cover {
  number: string;
  sender: string;
  basis: string;
  handling: { code: string; meaning: string }[];
  note: string;
  expires: string;
  contact: string;
}

export interface AuditEntry {
  number: number;
  time: string;
  user: string;
  authority: string;
  act: string;
  group: string;
  purpose: string;
  details: Record<string, string | number>;
}

export interface ClaimItem {
  kind: string;
  words: string;
  [field: string]: Json;
}
export interface Claim {
  id: string;
  account: string;
  person: { id: string; name: string; born: string | null };
  interval: { start: string | null; end: string | null; zone: string };
  grade: string;
  supporting: ClaimItem[];
  opposing: ClaimItem[];
  author: string;
  time: string;
  authority: string;
}

export const PLACEHOLDER = '█████';
export const PAGE_FORMAT = 'underseal/disclosure-page/1';
export const PACK_FORMAT = 'underseal/disclosure/1';
export const MESSAGES = 'messages.jsonl';
export const AUDIT = 'audit.jsonl';
export const RELEASE = 'releases/release.json';
export const CONSISTENCY = 'releases/consistency.json';
export const COVER = 'package.json';
export const READER = 'reader.html';

/** Whether a file is enclosed in the page; the others lie beside it. */
export const isEmbedded = (path: string): boolean => !path.startsWith('media/') && !path.startsWith('forms/');

/** Whether a file is among those that the audit's entry names. */
export const isContent = (path: string): boolean => path !== AUDIT && path !== READER && !path.startsWith('forms/');
