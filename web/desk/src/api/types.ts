/**
 * The shapes of the HTTP API under the names that the server gives them. `npm run types` makes openapi.ts anew from
 * openapi.json, which describes the server.
 */

import type { components } from './openapi';

type Schemas = components['schemas'];

export type AccountLine = Schemas['AccountLine'];
export type AccountPage = Schemas['AccountPage'];
export type AccountProfile = Schemas['AccountProfile'];
export type Accounts = Schemas['Accounts'];
export type Attribution = Schemas['Attribution'];
export type AttributionHistory = Schemas['AttributionHistory'];
export type Attributions = Schemas['Attributions'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditPage = Schemas['AuditPage'];
export type AuthoritySummary = Schemas['AuthoritySummary'];
export type Bookmark = Schemas['Bookmark'];
export type Bucket = Schemas['Bucket'];
export type Check = Schemas['Check'];
export type CheckStep = Schemas['CheckStep'];
export type Completion = Schemas['Completion'];
export type Completions = Schemas['Completions'];
export type ConversationPage = Schemas['ConversationPage'];
export type ConversationSummary = Schemas['ConversationSummary'];
export type Conversations = Schemas['Conversations'];
export type Coverage = Schemas['Coverage'];
export type Density = Schemas['Density'];
export type Counted = Schemas['Counted'];
export type Declaration = Schemas['Declaration'];
export type DiffLine = Schemas['DiffLine'];
export type EditLine = Schemas['EditLine'];
export type ErrorBody = Schemas['ErrorBody'];
export type EvidenceItem = Schemas['EvidenceItem'];
export type ExhibitCard = Schemas['ExhibitCard'];
export type FacetValue = Schemas['FacetValue'];
export type Facets = Schemas['Facets'];
export type Gap = Schemas['Gap'];
export type Histogram = Schemas['Histogram'];
export type Grade = Schemas['Attribution']['grade'];
export type Hit = Schemas['Hit'];
export type HourQueries = Schemas['HourQueries'];
export type Line = Schemas['Line'];
export type MediaLine = Schemas['MediaLine'];
export type Moment = Schemas['Moment'];
export type NewAttribution = Schemas['NewAttribution'];
export type NewDeclaration = Schemas['NewDeclaration'];
export type NewItem = Schemas['NewItem'];
export type NewUser = Schemas['NewUser'];
export type Order = Schemas['Order'];
export type Overview = Schemas['Overview'];
export type Party = Schemas['Party'];
export type PersonLine = Schemas['PersonLine'];
export type PersonMerge = Schemas['PersonMerge'];
export type PersonPage = Schemas['PersonPage'];
export type Persons = Schemas['Persons'];
export type Position = Schemas['Position'];
export type Privilege = Schemas['Privilege'];
export type PrivilegeDecision = Schemas['PrivilegeDecision'];
export type PrivilegeSubject = Schemas['PrivilegeSubject'];
export type Provenance = Schemas['Provenance'];
export type ProvenanceStep = Schemas['ProvenanceStep'];
export type Quote = Schemas['Quote'];
export type ReactionLine = Schemas['ReactionLine'];
export type RedactionLine = Schemas['RedactionLine'];
export type ReleaseDetail = Schemas['ReleaseDetail'];
export type ReleaseDiff = Schemas['ReleaseDiff'];
export type ReleaseSummary = Schemas['ReleaseSummary'];
export type SearchPage = Schemas['SearchPage'];
export type SegmentLine = Schemas['SegmentLine'];
export type Session = Schemas['Session'];
export type Unreadable = Schemas['Unreadable'];
export type Suspected = Schemas['Suspected'];
export type ZoneEstimate = Schemas['ZoneEstimate'];
export type UserLine = Schemas['UserLine'];

export type Role = Session['role'];

/** Start and end (exclusive) of a match, in code points. */
export type Range = Hit['highlights'][number];

export type FacetName = keyof Facets;

/** One line of the streamed answer of a long verification. */
export type VerifyEvent = Schemas['Progress'] | Schemas['Verified'];
