"""The signed documents of a recall: the notice of who sent a package, and the confirmation of who got it.

docs/formats/recall.md describes both.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar, Final, Self

from underseal.core.ledger import Fields, Json, JsonValue, SignedDocument
from underseal.core.verify.proofs import check_signed
from underseal.core.verify.report import FORM, Course
from underseal.errors import UnreadableError

RECALL_FORMAT: Final = "underseal/recall/1"
CONFIRMATION_FORMAT: Final = "underseal/recall-confirmation/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """The notice that a package is recalled.

    Attributes:
        package: number of the package. contents: `contents` of its `pack.json`, hex. sender, receiver: as its cover names them.
        why: the reason. user: who recalled it. at: when, ISO 8601 with offset.
    """

    FORMAT: ClassVar[str] = RECALL_FORMAT

    package: str
    contents: str
    sender: str
    receiver: str
    why: str
    user: str
    at: str

    def to_payload(self) -> dict[str, Json]:
        """Return the value that is signed."""
        return {"format": self.FORMAT, **asdict(self)}

    @classmethod
    def read(cls, payload: JsonValue) -> Self:
        """Read the payload of a verified document; raises UnreadableError where it has another shape."""
        return cls(**_texts(payload, "The recall", cls.FORMAT, tuple(cls.__slots__)))

    @property
    def said(self) -> str:
        """What it says, in a sentence."""
        return f"{self.sender!a} recalls the package {self.package!a} from {self.receiver!a}, {self.at}: {self.why!a}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The confirmation that a package was recalled.

    Attributes:
        package, contents: as in the notice. notice: SHA-256 of the notice's signed text, hex. receiver: who confirms.
        user: who took the recall. at: when, ISO 8601 with offset.
    """

    FORMAT: ClassVar[str] = CONFIRMATION_FORMAT

    package: str
    contents: str
    notice: str
    receiver: str
    user: str
    at: str

    def to_payload(self) -> dict[str, Json]:
        """Return the value that is signed."""
        return {"format": self.FORMAT, **asdict(self)}

    @classmethod
    def read(cls, payload: JsonValue) -> Self:
        """Read the payload of a verified document; raises UnreadableError where it has another shape."""
        return cls(**_texts(payload, "The confirmation", cls.FORMAT, tuple(cls.__slots__)))

    @property
    def said(self) -> str:
        """What it says, in a sentence."""
        return (
            f"{self.receiver!a} confirms that the package {self.package!a} is recalled, {self.at}:"
            " it is kept out of what leaves the house."
        )


def notice_sha256(document: SignedDocument) -> str:
    """Return the hex digest by which a confirmation names its notice."""
    return hashlib.sha256(document.payload.encode()).hexdigest()


def check_recall(course: Course, document: SignedDocument, kind: type[Recall | Confirmation]) -> None:
    """Check a notice or a confirmation.

    Args:
        course: where the steps go. document: unverified. kind: which of the two it says it is.
    """
    name = "notice of a recall" if kind is Recall else "confirmation of a recall"
    with course.step(FORM) as say:
        say(f"The {name}.")
    check_signed(course, document, name)
    with course.step("It says of which package") as say:
        found = kind.read(document.verify(None))
        say(f"Package {found.package!a}, contents {found.contents}.")
    course.claims.append(found.said)


def _texts(payload: JsonValue, what: str, format_: str, names: tuple[str, ...]) -> dict[str, str]:
    fields = Fields(payload, what, required=("format", *names))
    if fields.text("format") != format_:
        raise UnreadableError(f"{what} is a document of another kind.")
    texts = {name: fields.text(name) for name in names}
    for name in {"contents", "notice"} & texts.keys():
        fields.hexadecimal(name)
    try:
        zoned = datetime.fromisoformat(texts["at"]).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        raise UnreadableError(f'{what}: "at" is no time with an offset.')
    return texts
