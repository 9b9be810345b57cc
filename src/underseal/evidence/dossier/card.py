"""The card of a dossier: its number, title and lead, its members, and whether it is open. All of it is folded from entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from underseal.errors import CallerError, ConflictError, NotFoundError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.authority import may
from underseal.evidence.casework import CaseWork, Knowing, Latest, NewEntry, Role, StoredDossier, Writing, words
from underseal.evidence.casework.dossiers import IS_OPEN, MEMBER, STANDING, Dossiers


class Kind(StrEnum):
    """What the entries of a dossier are about."""

    FIELD = "field"
    MEMBER = MEMBER
    STANDING = STANDING
    ITEM = "item"
    EVENT = "event"
    HYPOTHESIS = "hypothesis"
    TASK = "task"
    THREAT = "threat"
    IDENTIFIER = "identifier"
    REDACTION = "redaction"
    SENSITIVE = "sensitive"
    TRANSFER = "transfer"
    PACKAGE = "package"


class Field(StrEnum):
    """What the card of a dossier says, each with versions of its own."""

    TITLE = "title"
    OFFENCE = "offence"
    LEAD = "lead"
    CONTACT = "contact"
    PARENT = "parent"


_CARD: Final = (Kind.FIELD, Kind.MEMBER, Kind.STANDING)
_NEEDED: Final = frozenset({Field.TITLE, Field.OFFENCE, Field.LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningDraft:
    """A dossier as a person opens it.

    Attributes:
        title, offence: in words. district: its short name in the settings.
        lead: user who leads it, "" for who opens it. contact: how to reach the lead: all that other dossiers learn.
        members: users who may know of it beside the lead and who opens it.
        parent: number of the investigation that it comes from, "" for none.
        record: number of the message that it is opened from, None for none. before, after: lines of context around it.
    """

    title: str
    offence: str
    district: str
    lead: str = ""
    contact: str = ""
    members: Sequence[str] = ()
    parent: str = ""
    record: int | None = None
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who may know of a dossier. user: who. added_by, added_at: by whom and when (ms since 1970)."""

    user: str
    added_by: str
    added_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a dossier is.

    Attributes:
        head: number, reference, and who opened it. district: name of its district.
        title, offence, lead, contact, parent: see `OpeningDraft`. versions: of each of these, 0 where it was never said.
        members: who may know of it, the lead among them.
        open: whether it is. why, changed_by, changed_at: of the last closing or reopening; "" and None where there was none.
    """

    head: StoredDossier
    district: str
    title: str
    offence: str
    lead: str
    contact: str
    parent: str
    versions: Mapping[Field, int]
    members: tuple[Member, ...]
    open: bool
    why: str = ""
    changed_by: str = ""
    changed_at: int | None = None

    @property
    def number(self) -> str:
        """Its number by the office's scheme."""
        return self.head.number

    @property
    def reference(self) -> str:
        """What stands for it in the audit and in addresses."""
        return self.head.reference

    @property
    def former(self) -> tuple[str, ...]:
        """Numbers that it had before, by which it is still found."""
        return self.head.former

    def closed(self) -> ConflictError:
        """Return the error for what is to be entered in it although it is closed."""
        return ConflictError(f"The dossier was closed by {self.changed_by}: {self.why}", hint="Reopen it first.")


def unknown_dossier() -> NotFoundError:
    """Return the error for a dossier that is not there, or of which the asker may not know: the two answer alike."""
    return NotFoundError("There is no such dossier.", hint="See yours with: underseal dossier list")


def unknown_user(name: str) -> NotFoundError:
    """Return the error for somebody who is no user."""
    return NotFoundError(f"There is no user {name!a}.", hint="A member of a dossier is a named user of the workspace.")


def knowing(user: str, role: Role | None, authority: str) -> Knowing:
    """Say of which dossiers somebody may know.

    Members know of theirs. The magistrate of an authority knows of what was opened under it. The one person of a workspace
    without named users knows of all.

    Args:
        user: who asks. role: theirs. authority: number of the one that they read under.
    """
    return Knowing(user=user, everything=role is None, authority=authority if role is Role.MAGISTRATE else "")


def cards(register: Dossiers, heads: Sequence[StoredDossier], districts: Mapping[str, str]) -> list[Card]:
    """Return the cards of dossiers, in their order.

    Args:
        register: where they are kept. heads: whose. districts: names of the districts by their short names.
    """
    of: dict[int, list[Latest]] = {head.id: [] for head in heads}
    for each in register.latest([*of], _CARD):
        of[each.entry.dossier].append(each)
    return [_card(head, of[head.id], districts) for head in heads]


def _card(head: StoredDossier, found: Sequence[Latest], districts: Mapping[str, str]) -> Card:
    said = {each.entry.thing: each.entry for each in found if each.entry.kind == Kind.FIELD}
    standing = next((each.entry for each in found if each.entry.kind == Kind.STANDING), None)
    members = [each for each in found if each.entry.kind == Kind.MEMBER and each.entry.stands]
    told = {field.value: str(said[field].body["value"]) if field in said else "" for field in Field}
    return Card(
        head=head,
        district=districts.get(head.district, head.district),
        versions={field: said[field].version if field in said else 0 for field in Field},
        members=tuple(
            Member(user=each.entry.thing, added_by=each.entry.user, added_at=each.entry.at) for each in members
        ),
        open=standing is None or standing.stands,
        why="" if standing is None else str(standing.body["why"]),
        changed_by="" if standing is None else standing.user,
        changed_at=None if standing is None else standing.at,
        **told,
    )


def first_entries(draft: OpeningDraft, casework: CaseWork, *, user: str) -> list[NewEntry]:
    """Return what stands on the card of a new dossier.

    Args:
        draft: as typed. casework: where its members are looked up. user: who opens it.

    Raises:
        CallerError: a field is empty or unusable. NotFoundError: a member is no user.
    """
    lead = draft.lead.strip() or user
    said = {field: getattr(draft, field.value) for field in Field} | {Field.LEAD: lead}
    fields = []
    for field, value in said.items():
        if value.strip() or field in _NEEDED:
            with at_field(field.value):
                fields.append(field_entry(field, value, before=0))
    with at_field(Field.LEAD.value):
        check_lead(casework, lead, user=user)
    for place, name in enumerate(draft.members):
        with at_field(f"members.{place}"):
            check_member(casework, name.strip(), user=user)
    names = dict.fromkeys([lead, user, *(name.strip() for name in draft.members)])
    return [*fields, *(member_entry(name, before=0) for name in names)]


def field_entry(field: Field, value: str, *, before: int) -> NewEntry:
    """Return the entry that says a field of the card; raises CallerError where the value is empty or unusable."""
    checked = words.line(value, _WORDS[field], empty=field not in _NEEDED)
    return NewEntry(kind=Kind.FIELD, thing=field.value, body={"value": checked}, before=before)


def member_entry(user: str, *, before: int, stands: bool = True) -> NewEntry:
    """Return the entry that somebody is, or is no longer, a member."""
    return NewEntry(kind=Kind.MEMBER, thing=user, body={}, before=before, stands=stands)


def join(writing: Writing, name: str) -> bool:
    """Make somebody a member, unless they are; say whether they were none."""
    now = writing.now(Kind.MEMBER, name)
    if now is not None and now.stands:
        return False
    writing.enter(member_entry(name, before=0 if now is None else now.version))
    return True


def district_of(typed: str, districts: Mapping[str, str]) -> str:
    """Return the short name of a district.

    Args:
        typed: its short name or its name. districts: names by short names.

    Raises:
        CallerError: there is none.
    """
    wanted = typed.strip().casefold()
    for short, name in districts.items():
        if wanted in {short.casefold(), name.casefold()}:
            return short
    told = ", ".join(f"{short} ({name})" for short, name in districts.items())
    raise CallerError(
        f"There is no district {typed!a}.", hint=f"Districts are {told}; others by the settings.", field="district"
    )


def standing_entry(*, opens: bool, why: str, before: int) -> NewEntry:
    """Return the entry that closes or reopens a dossier.

    Raises:
        CallerError: no reason is given.
    """
    reason = words.note(why, "reason", field="why")
    if not reason:
        raise CallerError("No reason is given.", hint="Say why; it stands in the dossier for ever.", field="why")
    return NewEntry(kind=Kind.STANDING, thing=IS_OPEN, body={"why": reason}, before=before, stands=opens)


def check_member(casework: CaseWork, name: str, *, user: str) -> None:
    """Check that somebody can be a member: a user whose role lets them read a dossier.

    Args:
        casework: where users are kept. name: whom. user: who acts; in a workspace without named users, the only one.

    Raises:
        NotFoundError: there is no such user. CallerError: they are kept out, or their role reads no dossiers.
    """
    role = _role(casework, name, user=user)
    if role is not None and not may(role, Act.DOSSIER_READ):
        raise CallerError(f"{name} is no member of a dossier: the role {role} does not allow it.")


def check_lead(casework: CaseWork, name: str, *, user: str) -> None:
    """Check that somebody can lead a dossier; raises as `check_member`."""
    role = _role(casework, name, user=user)
    if role is not None and not may(role, Act.DOSSIER_CHANGED):
        raise CallerError(f"{name} does not lead a dossier: the role {role} does not allow it.")


def _role(casework: CaseWork, name: str, *, user: str) -> Role | None:
    """Return the role of somebody who may come in; None for the one person of a workspace without named users."""
    if not casework.users.named():
        if name != user:
            raise unknown_user(name)
        return None
    try:
        found = casework.users.get(name)
    except NotFoundError as error:
        raise unknown_user(name) from error
    if found.disabled:
        raise CallerError(f"The user {name} is kept out of the workspace.")
    return found.role


_WORDS: Final[Mapping[Field, str]] = {
    Field.TITLE: "title of the dossier",
    Field.OFFENCE: "offence",
    Field.LEAD: "name of the lead",
    Field.CONTACT: "contact of the lead",
    Field.PARENT: "number of the parent investigation",
}
