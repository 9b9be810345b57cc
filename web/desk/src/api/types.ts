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
export type CodedMessage = Schemas['CodedMessage'];
export type CodedMessages = Schemas['CodedMessages'];
export type Completion = Schemas['Completion'];
export type Completions = Schemas['Completions'];
export type ConversationPage = Schemas['ConversationPage'];
export type Conversations = Schemas['Conversations'];
export type ConversationSummary = Schemas['ConversationSummary'];
export type Counted = Schemas['Counted'];
export type Coverage = Schemas['Coverage'];
export type Declaration = Schemas['Declaration'];
export type Density = Schemas['Density'];
export type DiffLine = Schemas['DiffLine'];
export type DisclosureCounts = Schemas['DisclosureCounts'];
export type DisclosureHolding = Schemas['DisclosureHolding'];
export type DisclosurePreview = Schemas['DisclosurePreview'];
export type Dossier = Schemas['Dossier'];
export type DossierCoding = Schemas['DossierCoding'];
export type DossierEvent = Schemas['DossierEvent'];
export type DossierHypothesis = Schemas['DossierHypothesis'];
export type DossierIdentifier = Schemas['DossierIdentifier'];
export type DossierItem = Schemas['DossierItem'];
export type DossierItems = Schemas['DossierItems'];
export type DossierOffer = Schemas['DossierOffer'];
export type Dossiers = Schemas['Dossiers'];
export type DossierTask = Schemas['DossierTask'];
export type DossierLines = Schemas['DossierLines'];
export type DossierVersion = Schemas['DossierVersion'];
export type DossierVersions = Schemas['DossierVersions'];
export type EarlierDisclosure = Schemas['EarlierDisclosure'];
export type EarlierDisclosures = Schemas['EarlierDisclosures'];
export type DossierTransfer = Schemas['DossierTransfer'];
export type EditLine = Schemas['EditLine'];
export type ErrorBody = Schemas['ErrorBody'];
export type EvidenceItem = Schemas['EvidenceItem'];
export type Exclusion = Schemas['Exclusion'];
export type ExclusionPreview = Schemas['ExclusionPreview'];
export type ExhibitCard = Schemas['ExhibitCard'];
export type Facets = Schemas['Facets'];
export type FacetValue = Schemas['FacetValue'];
export type Gap = Schemas['Gap'];
export type Grade = Schemas['Attribution']['grade'];
export type Histogram = Schemas['Histogram'];
export type Hit = Schemas['Hit'];
export type HourQueries = Schemas['HourQueries'];
export type Line = Schemas['Line'];
export type MadePack = Schemas['MadePack'];
export type MediaLine = Schemas['MediaLine'];
export type Moment = Schemas['Moment'];
export type NewAttribution = Schemas['NewAttribution'];
export type NewCoding = Schemas['NewCoding'];
export type NewConfirmation = Schemas['NewConfirmation'];
export type NewDeclaration = Schemas['NewDeclaration'];
export type NewDossier = Schemas['NewDossier'];
export type NewDossierItem = Schemas['NewDossierItem'];
export type ItemChange = Schemas['ItemChange'];
export type NewEvent = Schemas['NewEvent'];
export type NewExclusion = Schemas['NewExclusion'];
export type NewHolding = Schemas['NewHolding'];
export type NewHypothesis = Schemas['NewHypothesis'];
export type NewIdentifier = Schemas['NewIdentifier'];
export type NewItem = Schemas['NewItem'];
export type NewPack = Schemas['NewPack'];
export type NewRedaction = Schemas['NewRedaction'];
export type NewStep = Schemas['NewStep'];
export type NewTask = Schemas['NewTask'];
export type NewTransfer = Schemas['NewTransfer'];
export type NewUser = Schemas['NewUser'];
export type Notice = Schemas['Notice'];
export type Notices = Schemas['Notices'];
export type Obstacle = Schemas['Obstacle'];
export type Order = Schemas['Order'];
export type Overview = Schemas['Overview'];
export type PackProgress = Schemas['PackProgress'];
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
export type SensitiveLine = Schemas['SensitiveLine'];
export type SensitiveSchedule = Schemas['SensitiveSchedule'];
export type SentPackage = Schemas['SentPackage'];
export type Session = Schemas['Session'];
export type Suspected = Schemas['Suspected'];
export type Threat = Schemas['Threat'];
export type ThreatFigures = Schemas['ThreatFigures'];
export type Threats = Schemas['Threats'];
export type ThreatStep = Schemas['ThreatStep'];
export type Unreadable = Schemas['Unreadable'];
export type UnusedLine = Schemas['UnusedLine'];
export type UnusedSchedule = Schemas['UnusedSchedule'];
export type UsedLine = Schemas['UsedLine'];
export type UsedSchedule = Schemas['UsedSchedule'];
export type UserLine = Schemas['UserLine'];
export type ZoneEstimate = Schemas['ZoneEstimate'];

export type Role = Session['role'];

/** Start and end (exclusive) of a match, in code points. */
export type Range = Hit['highlights'][number];

export type FacetName = keyof Facets;

/** One line of the streamed answer of a long verification. */
export type VerifyEvent = Schemas['Progress'] | Schemas['Verified'];

export type Choice = NewCoding['choice'];

/** A decision on what the card of a dossier says. */
export type CardField = Schemas['CardChange']['field'];

/** What is entered beside items: events of the chronology, hypotheses and tasks. */
export type DossierWork = DossierEvent | DossierHypothesis | DossierTask;
export type NewWork = NewEvent | NewHypothesis | NewTask;
export type WorkKind = DossierWork['kind'];

/** What the history of a dossier tells versions of. */
export type EntryKind = DossierVersion['kind'];
/** A part of a message that can be held back by itself. */
export type Redactable = NewRedaction['field'];
