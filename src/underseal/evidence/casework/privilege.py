"""Where declarations of privilege and the decisions on it are kept. Both are only ever added to.

What a decision withholds is the business of evidence.authority, and who may take it that of evidence.privilege.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from underseal.errors import NotFoundError
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import DecisionRow, DeclarationRow

SALT_BYTES: Final = 16


class Profession(StrEnum):
    """What a lawful user is."""

    LAWYER = "lawyer"
    DOCTOR = "doctor"
    JOURNALIST = "journalist"
    OTHER = "other"


class PrivilegeState(StrEnum):
    """What is thought of a privilege. The first two withhold, the last gives back."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @property
    def withholds(self) -> bool:
        """Whether what it is about is withheld."""
        return self is not PrivilegeState.REJECTED


class SubjectKind(StrEnum):
    """What a decision is about."""

    ACCOUNT = "account"
    CONVERSATION = "conversation"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a lawful user declared.

    Attributes:
        profession: what they are. account: theirs. start, end: when it was theirs, ms since 1970, None for no bound.
        proof: what they showed for it. authority: under which it was entered. user, at: by whom and when.
        number: of the declaration, from 1; 0 before it is kept.
    """

    profession: Profession
    account: str
    start: int | None
    end: int | None
    proof: str
    authority: str
    user: str
    at: int
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a decision is about. Fields that a kind does not use are empty.

    Attributes:
        kind: which of the three.
        account: of an account. start, end: when, ms since 1970, None for no bound.
        conversation: of a conversation, or the one of a message, "" where it has none.
        event, sender, time: of a message; "" where its source tells none. Time in ms since 1970.
    """

    kind: SubjectKind
    account: str = ""
    start: int | None = None
    end: int | None = None
    conversation: str = ""
    event: str = ""
    sender: str = ""
    time: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of the privilege of something.

    Attributes:
        state: what was decided. subject: of what. why: in words.
        declaration: number of the one that it stands on, None for none. rule: name of the rule that suspects, "" for none.
        record: number of the record that caused it, or that was named; None for none.
        authority: under which, "" for a rule. user, at: by whom and when (ms since 1970).
        number: of the decision, from 1; 0 before it is kept.
        salt: random bytes, so that the digest tells nothing to who only guesses.
    """

    state: PrivilegeState
    subject: Subject
    why: str
    authority: str
    user: str
    at: int
    declaration: int | None = None
    rule: str = ""
    record: int | None = None
    number: int = 0
    salt: bytes = b""

    @property
    def sha256(self) -> str:
        """Hex digest of all that it says: it stands in the audit, which thereby holds it fast and does not tell it."""
        said = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in {"salt", "subject"}}
        said["subject"] = {each.name: getattr(self.subject, each.name) for each in fields(self.subject)}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(self.salt + text.encode(errors="surrogatepass")).hexdigest()


Announce = Callable[[Decision], None]
"""Called with a decision, numbered, before it is kept; where it fails, nothing is."""


class Privileges:
    """Declarations and decisions of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self) -> tuple[int, int]:
        """Return what differs as soon as there is a further decision, in whatever order their transactions end."""
        with self._database.read() as session:
            return decisions_version(session)

    def decisions(self) -> tuple[Decision, ...]:
        """Return all decisions in the order of their numbers."""
        with self._database.read() as session:
            return tuple(map(_decision, session.scalars(select(DecisionRow).order_by(DecisionRow.id))))

    def declarations(self) -> tuple[Declaration, ...]:
        """Return all declarations in the order of their numbers."""
        with self._database.read() as session:
            return tuple(map(_declaration, session.scalars(select(DeclarationRow).order_by(DeclarationRow.id))))

    def declaration(self, number: int) -> Declaration:
        """Return one declaration.

        Raises:
            NotFoundError: there is none of that number.
        """
        with self._database.read() as session:
            row = session.get(DeclarationRow, number)
            if row is None:
                raise NotFoundError(
                    f"There is no declaration {number}.", hint="See them all with: underseal privilege list"
                )
            return _declaration(row)

    def decide(self, *decisions: Decision, announce: Announce = lambda _decision: None) -> tuple[Decision, ...]:
        """Keep decisions: all of them, or none; return them with their numbers."""
        with self._database.write() as session:
            return tuple(keep_decision(session, decision, announce) for decision in decisions)

    def declare(
        self, declaration: Declaration, decision: Decision, *, announce: Announce = lambda _decision: None
    ) -> tuple[Declaration, Decision]:
        """Keep a declaration with the decision that follows from it at once."""
        with self._database.write() as session:
            row = DeclarationRow(
                profession=declaration.profession.value,
                **{name: getattr(declaration, name) for name in _DECLARED},
            )
            session.add(row)
            session.flush()
            return _declaration(row), keep_decision(session, replace(decision, declaration=row.id), announce)


_DECLARED: Final = ("account", "start", "end", "proof", "authority", "user", "at")
_OF_SUBJECT: Final = ("account", "start", "end", "conversation", "event", "sender", "time")
_OF_DECISION: Final = ("why", "rule", "record", "declaration", "authority", "user", "at", "salt")


def decisions_version(session: Session) -> tuple[int, int]:
    """Return the version of the decisions, inside a transaction; see `Privileges.version`."""
    latest, count = session.execute(select(func.max(DecisionRow.id), func.count())).one()
    return int(latest or 0), int(count)


def keep_decision(session: Session, decision: Decision, announce: Announce) -> Decision:
    """Keep a decision within a transaction that somebody else ends; return it with its number."""
    salted = replace(decision, salt=secrets.token_bytes(SALT_BYTES))
    row = DecisionRow(
        state=salted.state.value,
        subject=salted.subject.kind.value,
        **{name: getattr(salted.subject, name) for name in _OF_SUBJECT},
        **{name: getattr(salted, name) for name in _OF_DECISION},
    )
    session.add(row)
    session.flush()
    kept = _decision(row)
    announce(kept)
    return kept


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        number=row.id,
        state=PrivilegeState(row.state),
        subject=Subject(kind=SubjectKind(row.subject), **{name: getattr(row, name) for name in _OF_SUBJECT}),
        **{name: getattr(row, name) for name in _OF_DECISION},
    )


def _declaration(row: DeclarationRow) -> Declaration:
    return Declaration(
        number=row.id,
        profession=Profession(row.profession),
        **{name: getattr(row, name) for name in _DECLARED},
    )
