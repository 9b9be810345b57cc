"""The cover of a pack that goes to a partner force: from whom, to whom, on what basis, and what may be done with it.

docs/formats/disclosure-pack.md describes `package.json`. The handling codes are those that police forces of the European
Union use among each other; a code says what the originator keeps in its hand, and only the originator lets go of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from underseal.core.ledger import Fields, Json, JsonValue, parse_strict
from underseal.core.verify.disclosure.listing import COVER, COVER_FORMAT, Listing
from underseal.core.verify.disclosure.source import Source, read_whole
from underseal.errors import IntegrityError, UnreadableError

HANDLING: Final[Mapping[str, str]] = {
    "H0": "Only for the prevention and combating of crime, as the law of the matter allows.",
    "H1": "Not to be used in judicial proceedings without the permission of the sender.",
    "H2": "Not to be disseminated without the permission of the sender.",
    "H3": "Other restrictions, as the note says.",
}
"""The handling codes that there are, and what each says."""

NOT_AS_EVIDENCE: Final = "H1"
NOT_ONWARD: Final = "H2"
AS_NOTED: Final = "H3"

_TEXTS: Final = ("number", "sender", "workspace", "receiver", "basis", "note", "expires", "contact")
_FIELDS: Final = ("format", *_TEXTS, "handling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What `package.json` says.

    Attributes:
        number: of the package, by its sender. sender: name of its house. workspace: id of its workspace.
        receiver: who gets it. basis: legal basis on which it is sent. handling: codes of HANDLING, sorted, at least one.
        note: further restrictions, in words. expires: from when on it may no longer be held, ISO 8601 with offset; "" for never.
        contact: how to reach the sender, "" where nothing is said.
    """

    number: str
    sender: str
    workspace: str
    receiver: str
    basis: str
    handling: tuple[str, ...]
    note: str
    expires: str
    contact: str

    def to_json(self) -> dict[str, Json]:
        """Return the value of the file."""
        codes: list[Json] = [{"code": code, "meaning": HANDLING[code]} for code in self.handling]
        return {"format": COVER_FORMAT, **{name: getattr(self, name) for name in _TEXTS}, "handling": codes}

    @classmethod
    def read(cls, value: JsonValue) -> "Cover":
        """Read the value of the file.

        Raises:
            UnreadableError: another shape, an unknown code, or a code with another meaning than the format gives it.
        """
        fields = Fields(value, COVER, required=_FIELDS)
        if fields.text("format") != COVER_FORMAT:
            raise UnreadableError(f"{COVER} is not the cover of a package.")
        codes = _codes(fields.value("handling"))
        texts = {name: fields.text(name) for name in _TEXTS}
        if texts["expires"]:
            _check_moment(texts["expires"])
        for name in ("number", "sender", "receiver", "basis"):
            if not texts[name]:
                raise UnreadableError(f'{COVER}: its "{name}" is empty.')
        if AS_NOTED in codes and not texts["note"]:
            raise UnreadableError(f"{COVER} has the code {AS_NOTED} and no note that says what it stands for.")
        return cls(handling=codes, **texts)

    @property
    def expires_at(self) -> int | None:
        """When it expires, in ms since 1970; None for never."""
        return int(datetime.fromisoformat(self.expires).timestamp() * 1000) if self.expires else None

    @property
    def restrictions(self) -> str:
        """The codes and the note on one line."""
        return "; ".join(filter(None, (", ".join(self.handling), " ".join(self.note.split()))))


def read_cover(source: Source, listing: Listing) -> Cover | None:
    """Return the cover of a pack whose files were checked, None where it has none.

    Raises:
        IntegrityError: it names another receiver than the pack. UnreadableError: see `Cover.read`.
    """
    if COVER not in listing.files:
        return None
    cover = Cover.read(parse_strict(read_whole(source, COVER), what=COVER))
    if cover.receiver != listing.head["to"]:
        raise IntegrityError(f"{COVER} names another receiver than the pack.")
    return cover


def _codes(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise UnreadableError(f'{COVER}: "handling" is not a list of codes.')
    read: list[str] = []
    for each in value:
        fields = Fields(each, f"{COVER}, a handling code", required=("code", "meaning"))
        code = fields.text("code")
        if HANDLING.get(code) != fields.text("meaning"):
            raise UnreadableError(f"{COVER}: {code[:20]!a} is no handling code, or has another meaning than it says.")
        read.append(code)
    if read != sorted(set(read)):
        raise UnreadableError(f"{COVER}: the handling codes are not in their order, each once.")
    return tuple(read)


def _check_moment(text: str) -> None:
    try:
        zoned = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        raise UnreadableError(f'{COVER}: "expires" is no time with an offset.')
