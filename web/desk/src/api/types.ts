/**
 * The shapes of the HTTP API, as `evidence/server/shapes.py` defines them.
 *
 * Times are milliseconds since 1970-01-01T00:00:00Z beside an ISO 8601 text with its offset. Digests are lowercase hex.
 */

export interface ErrorBody {
  code: string;
  message: string;
  hint: string;
  /** Offset of the fault in a query, in code points. */
  position: number | null;
  length: number | null;
}

export type Role = 'investigator' | 'filter' | 'magistrate' | 'administrator';

export interface AuthoritySummary {
  number: string;
  magistrate: string;
  legal_basis: string;
  valid_from: string;
  valid_to: string;
  state: 'valid' | 'not_yet' | 'expired' | 'withdrawn';
  /** How many accounts are in scope; null means all. */
  accounts: number | null;
  rooms: number | null;
  start: string | null;
  end: string | null;
}

export interface Session {
  user: string;
  role: Role;
  csrf: string;
  workspace: string;
  timezone: string;
  single_user: boolean;
  release: number | null;
  authorities: AuthoritySummary[];
}

export interface Party {
  account: string;
  name: string;
}

export interface Moment {
  utc: number;
  iso: string;
  clock: string;
  found: string;
  uncertainty: number;
}

export interface MediaLine {
  mime: string;
  name: string;
  size: number | null;
  state: string;
  /** Null where the bytes are not held. */
  url: string | null;
  duration: number | null;
  waveform: number[];
  width: number | null;
  height: number | null;
}

export interface Quote {
  number: number | null;
  sender: Party | null;
  text: string | null;
  verdict: string | null;
}

export interface EditLine {
  number: number;
  time: Moment;
  text: string | null;
}

export interface ReactionLine {
  key: string;
  senders: string[];
}

export interface RedactionLine {
  number: number;
  sender: Party;
  time: Moment;
  reason: string;
}

export interface Line {
  number: number;
  event: string;
  conversation: string;
  sender: Party;
  device: string;
  recipients: string[];
  time: Moment;
  kind: string;
  verdict: string;
  reason: string;
  text: string | null;
  detail: string;
  media: MediaLine | null;
  reply: Quote | null;
  edits: EditLine[];
  reactions: ReactionLine[];
  redaction: RedactionLine | null;
  copies: number;
  exhibit: string;
}

export type Order = 'newest' | 'oldest' | 'relevance';

/** Start and end (exclusive) of a match, in code points. */
export type Range = [number, number];

export interface Hit {
  line: Line;
  title: string;
  highlights: Range[];
}

export interface SearchPage {
  query: string;
  explained: string;
  total: number;
  locked: number;
  hits: Hit[];
  cursor: string | null;
  release: number;
  milliseconds: number;
}

export interface Bucket {
  /** YYYY-MM-DD in the workspace's time zone. */
  day: string;
  count: number;
  locked: number;
}

export interface Histogram {
  days: Bucket[];
}

export interface FacetValue {
  value: string;
  label: string;
  count: number;
}

export type FacetName = 'sender' | 'conversation' | 'kind' | 'verdict' | 'exhibit';

export type Facets = Record<FacetName, FacetValue[]>;

export interface Completion {
  start: number;
  end: number;
  text: string;
  label: string;
}

export interface Completions {
  completions: Completion[];
  fault: ErrorBody | null;
  explained: string;
}

export interface ConversationSummary {
  id: string;
  title: string;
  direct: boolean;
  members: Party[];
  messages: number;
  locked: number;
  first: Moment | null;
  last: Moment | null;
}

export interface Conversations {
  conversations: ConversationSummary[];
  total: number;
  cursor: string | null;
}

export interface ConversationPage {
  lines: Line[];
  before: string | null;
  after: string | null;
}

export interface Gap {
  start: Moment;
  end: Moment;
  reason: string;
}

export interface Density {
  days: Bucket[];
  gaps: Gap[];
}

export interface Position {
  number: number | null;
}

export interface ProvenanceStep {
  name: string;
  words: string;
  facts: [string, string][];
  digest: string | null;
}

export interface Provenance {
  number: number;
  steps: ProvenanceStep[];
}

export interface CheckStep {
  name: string;
  ok: boolean;
  detail: string;
}

export interface Check {
  ok: boolean;
  steps: CheckStep[];
}

export interface ExhibitCard {
  number: string;
  title: string;
  reader: string;
  custodian: string;
  condition: string;
  taken: string;
  files: number;
  bytes: number;
  sha256: string;
  state: string;
  total: number;
  read: number;
  failed: number;
  keys: number;
}

export interface Unreadable {
  code: string;
  words: string;
  count: number;
  /** A search that shows them; null for failures, which are no records. */
  query: string | null;
}

export interface Coverage {
  verdict: string;
  count: number;
}

export interface Overview {
  release: number | null;
  released: string | null;
  records: number;
  messages: number;
  conversations: number;
  accounts: number;
  coverage: Coverage[];
  activity: Bucket[];
  unreadable: Unreadable[];
  exhibits: ExhibitCard[];
  new_since_last_visit: number;
  last_visit: string | null;
}

export interface SegmentLine {
  id: string;
  rows: number;
  bytes: number;
  sha256: string;
  locked: boolean;
}

export interface ReleaseSummary {
  number: number;
  created: string;
  records: number;
  added: number;
  root: string;
  parent: string | null;
  key: string;
  verdicts: Record<string, number>;
  reason: string;
}

export interface ReleaseDetail extends ReleaseSummary {
  segments: SegmentLine[];
  exhibits: string[];
  tools: Record<string, string>;
  failures: number;
}

export interface DiffLine {
  reason: string;
  exhibit: string;
  verdict: string;
  count: number;
}

export interface ReleaseDiff {
  old: number;
  new: number;
  added: number;
  lines: DiffLine[];
  consistent: Check;
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

export interface AuditPage {
  entries: AuditEntry[];
  total: number;
  cursor: number | null;
}

export interface UserLine {
  name: string;
  role: Role;
  disabled: boolean;
  created: string;
}

export interface NewUser {
  name: string;
  role: Role;
  password: string;
}

/** One line of the streamed answer of a long verification. */
export type VerifyEvent = { done: number; total: number } | { check: Check };
