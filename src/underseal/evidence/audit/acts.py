"""The catalogue of acts: everything that the audit can say, under names that never change.

Grouped by the operations that Directive (EU) 2016/680, article 25(1), orders to be logged, and the acts that keep the
system itself safe. A name is never reused or renamed, since it stands in ledgers that are years old.
"""

from enum import StrEnum
from typing import Self


class Group(StrEnum):
    """What kind of act it is; the first six are the words of article 25(1)."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SECURITY = "security"


class Act(StrEnum):
    """One act. The comment beside a name says what its details hold."""

    group: Group

    def __new__(cls, name: str, group: Group) -> Self:
        """Make a member of a name and its group."""
        act = str.__new__(cls, name)
        act._value_ = name
        act.group = group
        return act

    EXHIBIT_TAKEN = "exhibit_taken", Group.COLLECTION  # exhibit, reader, files, bytes, sha256
    INTAKE_RESUMED = "intake_resumed", Group.COLLECTION  # exhibit, read, failed
    INTAKE_FINISHED = "intake_finished", Group.COLLECTION  # exhibit, read, failed, total
    INTAKE_STOPPED = "intake_stopped", Group.COLLECTION  # exhibit, read, failed, reason
    DOCUMENT_TAKEN = "document_taken", Group.COLLECTION  # dossier, sha256, bytes

    WORKSPACE_CREATED = "workspace_created", Group.ALTERATION  # name, id
    SETTINGS_CHANGED = "settings_changed", Group.ALTERATION  # setting, old, new
    AUTHORITY_ADDED = "authority_added", Group.ALTERATION  # number, magistrate, basis, scope
    AUTHORITY_WITHDRAWN = "authority_withdrawn", Group.ALTERATION  # number, reason
    PRIVILEGE_DECLARED = "privilege_declared", Group.ALTERATION  # declaration, decision, sha256 of the decision
    PRIVILEGE_SUSPECTED = "privilege_suspected", Group.ALTERATION  # decision, subject, rule, sha256
    PRIVILEGE_CONFIRMED = "privilege_confirmed", Group.ALTERATION  # decision, subject, declaration, sha256
    PRIVILEGE_REJECTED = "privilege_rejected", Group.ALTERATION  # decision, subject, declaration, sha256
    PRIVILEGE_RULES_RUN = "privilege_rules_run", Group.ALTERATION  # release, rules, suspicions
    DOSSIER_OPENED = "dossier_opened", Group.ALTERATION  # dossier, by its reference here and below; record
    DOSSIER_CHANGED = "dossier_changed", Group.ALTERATION  # dossier, what: of it was entered, version
    DOSSIER_CLOSED = "dossier_closed", Group.ALTERATION  # dossier
    DOSSIER_REOPENED = "dossier_reopened", Group.ALTERATION  # dossier
    TRANSFER_OFFERED = "transfer_offered", Group.ALTERATION  # dossier, district: to which
    TRANSFER_ACCEPTED = "transfer_accepted", Group.ALTERATION  # dossier, district, sha256 of the document
    TRANSFER_REFUSED = "transfer_refused", Group.ALTERATION  # dossier
    TRANSFER_WITHDRAWN = "transfer_withdrawn", Group.ALTERATION  # dossier
    PACKAGE_RECALLED = "package_recalled", Group.ALTERATION  # dossier, package, sha256 of the notice
    RECALL_CONFIRMED = (
        "recall_confirmed",
        Group.ALTERATION,
    )  # dossier, package, sha256 of the confirmation, "" for words
    RECALL_TAKEN = "recall_taken", Group.ALTERATION  # exhibit, package, sha256 of the notice
    CONSENT_ENTERED = "consent_entered", Group.ALTERATION  # exhibit, code, given: by the sender of a package
    CODED = "coded", Group.ALTERATION  # dossier, record, choice; of one that suspects privilege not the record
    THREAT_ENTERED = "threat_entered", Group.ALTERATION  # dossier, threat, step
    SOURCE_EXCLUDED = "source_excluded", Group.ALTERATION  # source, decision: of the judge
    SOURCE_READMITTED = "source_readmitted", Group.ALTERATION  # source, decision
    DECRYPTED = "decrypted", Group.ALTERATION  # records, opened, locked
    MERGED = "merged", Group.ALTERATION  # segments, records

    AUTHORITIES_LISTED = "authorities_listed", Group.CONSULTATION  # count
    OVERVIEW_READ = "overview_read", Group.CONSULTATION  # release
    SEARCHED = "searched", Group.CONSULTATION  # query, count, release
    CONVERSATIONS_LISTED = "conversations_listed", Group.CONSULTATION  # count
    CONVERSATION_READ = "conversation_read", Group.CONSULTATION  # conversation, first, last, count
    RECORD_READ = "record_read", Group.CONSULTATION  # record
    MEDIA_READ = "media_read", Group.CONSULTATION  # record, sha256
    PROVENANCE_READ = "provenance_read", Group.CONSULTATION  # record
    EXHIBIT_READ = "exhibit_read", Group.CONSULTATION  # exhibit
    FAILURES_READ = "failures_read", Group.CONSULTATION  # exhibit, count
    PRIVILEGE_LISTED = "privilege_listed", Group.CONSULTATION  # count: of declarations
    QUARANTINE_LISTED = "quarantine_listed", Group.CONSULTATION  # count: of decisions
    RELEASE_READ = "release_read", Group.CONSULTATION  # release
    RELEASES_COMPARED = "releases_compared", Group.CONSULTATION  # old, new
    AUDIT_READ = "audit_read", Group.CONSULTATION  # count
    ACCOUNT_READ = "account_read", Group.CONSULTATION  # account, hour: the profile of an account
    PERSON_READ = "person_read", Group.CONSULTATION  # person, or count
    DISCLOSURE_PREVIEWED = "disclosure_previewed", Group.CONSULTATION  # dossier, to, records
    ATTRIBUTIONS_READ = "attributions_read", Group.CONSULTATION  # attribution, account, person, count
    DOSSIERS_LISTED = "dossiers_listed", Group.CONSULTATION  # count
    DOSSIER_READ = "dossier_read", Group.CONSULTATION  # dossier, what: of it was read
    OFFERS_READ = "offers_read", Group.CONSULTATION  # count: of dossiers that are offered to the reader
    PACKAGES_READ = "packages_read", Group.CONSULTATION  # count: of packages sent, or held
    THREATS_READ = "threats_read", Group.CONSULTATION  # count
    NOTICES_READ = "notices_read", Group.CONSULTATION  # count: of meetings of dossiers
    EXCLUSIONS_READ = "exclusions_read", Group.CONSULTATION  # count

    EXPORTED = "exported", Group.DISCLOSURE  # format, records, sha256
    DISCLOSED = "disclosed", Group.DISCLOSURE  # dossier, to, sha256: of the pack; release, counts; waits, package
    DISCLOSURE_FETCHED = "disclosure_fetched", Group.DISCLOSURE  # dossier, sha256: of the pack that is handed out
    DISCLOSURE_DISCARDED = "disclosure_discarded", Group.DISCLOSURE  # dossier, sha256: of the pack that is removed
    PROOF_MADE = "proof_made", Group.DISCLOSURE  # record, attribution, or old and new release
    AUDIT_EXPORTED = "audit_exported", Group.DISCLOSURE  # format, entries, root

    RELEASED = "released", Group.COMBINATION  # release, records, added, root: about to be published
    RELEASE_ABANDONED = "release_abandoned", Group.COMBINATION  # release, root: was about to be, and never was

    ATTRIBUTED = "attributed", Group.COMBINATION  # attribution, account, person, grade, supersedes: about to be claimed
    ATTRIBUTION_WITHDRAWN = "attribution_withdrawn", Group.COMBINATION  # attribution, reason
    PERSONS_MERGED = "persons_merged", Group.COMBINATION  # merge, kept, absorbed, reason
    PERSONS_PARTED = "persons_parted", Group.COMBINATION  # merge, reason
    DOSSIERS_MET = "dossiers_met", Group.COMBINATION  # dossier, count: of others with the same account, number, ...

    ERASED = "erased", Group.ERASURE  # destruction, decision, records, attachments, keys, sha256 of the document

    LOGIN = "login", Group.SECURITY  # role, door
    LOGIN_FAILED = "login_failed", Group.SECURITY  # reason
    LOGOUT = "logout", Group.SECURITY
    REFUSED = "refused", Group.SECURITY  # act, reason
    KEY_CREATED = "key_created", Group.SECURITY  # key
    KEY_USED = "key_used", Group.SECURITY  # key, for
    USER_ADDED = "user_added", Group.SECURITY  # user, role
    USER_CHANGED = "user_changed", Group.SECURITY  # user, change
    USER_DISABLED = "user_disabled", Group.SECURITY  # user, reason
    USERS_LISTED = "users_listed", Group.SECURITY  # count
    PASSWORD_CHANGED = "password_changed", Group.SECURITY
    VERIFIED = "verified", Group.SECURITY  # what, result
    LEDGER_REPAIRED = (
        "ledger_repaired",
        Group.SECURITY,
    )  # file, size, sha256: bytes that a dead writer left were set aside
