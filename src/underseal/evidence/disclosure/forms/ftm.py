"""FollowTheMoney (https://followthemoney.tech, model 4): entities for Aleph, OpenAleph and whatever else reads them, a line of JSON each.

A message is a `Message` in the `Folder` of its conversation, which is in the folder of the disclosure; it leads to the `UserAccount`s of its
sender and its recipients, and an attachment is a `Document` in it. A `Person` is there by an attribution that the pack encloses: an
`UnknownLink` leads from the person to the account for the interval of the claim and says its grade, its `proof` is the `Document` of the
claim, and `owner` of the account is the person while the claim is upheld. Dates of the model are UTC in whole seconds, so `notes` holds the time
as every form has it, and all else, as JSON, for which the model has no property.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from underseal.core.records import Relation
from underseal.evidence.authority.moments import iso
from underseal.evidence.disclosure.disclosed import Disclosed, Head
from underseal.evidence.disclosure.form import Messages
from underseal.evidence.disclosure.forms._about import about_lines
from underseal.evidence.disclosure.forms._attributed import CAUTION, Attributed, attributed
from underseal.evidence.disclosure.forms._columns import COLUMNS
from underseal.evidence.disclosure.forms._signs import one_line

_FILE: Final = "messages.ftm.json"

_Entity: TypeAlias = dict[str, object]


def write(head: Head, messages: Messages, folder: Path) -> Sequence[str]:
    """Write messages.ftm.json. A `Form`."""
    with (folder / _FILE).open("wb") as file:
        file.writelines(
            orjson.dumps(entity) + b"\n" for entity in _Entities(head).of(messages(), attributed(folder.parent))
        )
    return (_FILE,)


class _Entities:
    """Makes the entities of a disclosure, each once."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._known: set[str] = set()

    def of(self, messages: Iterator[Disclosed], claims: Sequence[Attributed]) -> Iterator[_Entity]:
        """Yield all entities; those that others refer to come before them."""
        yield _entity(
            self._id("disclosure"),
            "Folder",
            title=f"Disclosure of dossier {one_line(self._head.dossier)}",
            summary="\n".join(about_lines(self._head)),
            author=one_line(self._head.by),
        )
        for message in messages:
            yield from self._accounts(message)
            yield from self._conversation(message)
            yield self._message(message)
            yield from self._attachment(message)
        for claim in claims:
            yield from self._attribution(claim)

    def _accounts(self, message: Disclosed) -> Iterator[_Entity]:
        for account in (message.sender, *message.recipients):
            if account and self._first("account", account):
                yield _entity(
                    self._id("account", account), "UserAccount", username=one_line(account), service="underseal"
                )
        if message.sender and message.name and self._first("name", message.sender, message.name):
            yield _entity(
                self._id("account", message.sender),
                "UserAccount",
                username=one_line(message.sender),
                name=one_line(message.name),
                service="underseal",
            )

    def _conversation(self, message: Disclosed) -> Iterator[_Entity]:
        if self._first("conversation", message.conversation):
            yield _entity(
                self._id("conversation", message.conversation),
                "Folder",
                title=one_line(message.conversation) or "Without a conversation",
                parent=self._id("disclosure"),
            )

    def _message(self, message: Disclosed) -> _Entity:
        moment = datetime.fromisoformat(message.iso).astimezone(UTC).replace(tzinfo=None)
        reply = message.target if message.relation == Relation.REPLY else ""
        return _entity(
            self._id("record", str(message.record)),
            "Message",
            name=f"Line {message.line}, {message.iso}",
            parent=self._id("conversation", message.conversation),
            date=moment.isoformat(timespec="seconds"),
            senderAccount=self._id("account", message.sender) if message.sender else "",
            recipientAccount=[self._id("account", account) for account in message.recipients if account],
            threadTopic=one_line(message.conversation),
            messageId=one_line(message.event),
            inReplyTo=one_line(reply),
            recordId=str(message.record),
            bodyText=message.text or "",
            notes=orjson.dumps({column.name: column.value(message) for column in COLUMNS}).decode(),
        )

    def _attachment(self, message: Disclosed) -> Iterator[_Entity]:
        attached = message.attached
        if attached is not None:
            yield _entity(
                self._id("attachment", str(message.record)),
                "Document",
                parent=self._id("record", str(message.record)),
                fileName=one_line(attached.name) or "without a name",
                fileSize=str(attached.size) if attached.size is not None else "",
                mimeType=attached.mime if _is_mime(attached.mime) else "",
                notes="\n".join(
                    f"{word}: {value}" for word, value in _said(attached.sha256, attached.file, attached.state) if value
                ),
            )

    def _attribution(self, attributed: Attributed) -> Iterator[_Entity]:
        claim, interval = attributed.claim, attributed.claim.interval
        words = attributed.words(self._head.zone)
        proof, person = self._id("claim", claim.id), self._id("person", claim.person.id)
        account = self._id("account", claim.account)
        yield _entity(
            proof,
            "Document",
            parent=self._id("disclosure"),
            title=attributed.heading,
            fileName=attributed.file,
            mimeType="application/json",
            notes=words,
        )
        yield _entity(
            person,
            "Person",
            name=one_line(claim.person.name),
            birthDate=claim.person.born or "",
            proof=proof,
            notes=f"Named by attribution {claim.id}. {CAUTION}",
        )
        yield _entity(
            account,
            "UserAccount",
            username=one_line(claim.account),
            service="underseal",
            owner=person if attributed.upheld else "",
            proof=proof,
            notes=words,
        )
        yield _entity(
            self._id("link", claim.id),
            "UnknownLink",
            subject=person,
            object=account,
            role=f"used the account: {attributed.support}",
            status=attributed.state,
            startDate=_seconds(interval.start),
            endDate=_seconds(interval.end),
            recordId=claim.id,
            summary=words,
            proof=proof,
        )

    def _first(self, *words: str) -> bool:
        """Say whether it is the first time."""
        id_ = self._id(*words)
        known = id_ in self._known
        self._known.add(id_)
        return not known

    def _id(self, *words: str) -> str:
        """Return the same id for the same thing in every disclosure of the release."""
        return "us-" + hashlib.sha256(orjson.dumps([self._head.root, *words])).hexdigest()[:40]


def _entity(id_: str, schema: str, **properties: str | list[str]) -> _Entity:
    lists = {name: value if isinstance(value, list) else [value] for name, value in properties.items() if value}
    return {"id": id_, "schema": schema, "properties": lists}


def _seconds(time: int | None) -> str:
    """Return a moment as the model writes it, "" where it is not known."""
    return "" if time is None else iso(time, ZoneInfo("UTC")).partition(".")[0]


def _said(sha256: str, file: str, state: str) -> tuple[tuple[str, str], ...]:
    return ("SHA-256", sha256), ("File of the pack", file), ("State", state)


def _is_mime(value: str) -> bool:
    kind, slash, rest = value.partition("/")
    return bool(slash) and all(
        part.replace("-", "").replace(".", "").replace("+", "").isalnum() for part in (kind, rest)
    )
