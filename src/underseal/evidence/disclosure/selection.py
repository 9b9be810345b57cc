"""What is to be disclosed, as a dossier says it: numbers of records, and what is held back of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from underseal.errors import CallerError
from underseal.evidence.disclosure.disclosed import Redaction

REDACTABLE: Final = ("text", "media", "sender", "recipients", "conversation", "message")
"""What a redaction may hold back; "message" is all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The material of a disclosure by the numbers of its records. What is sensitive is neither used nor unused.

    Attributes:
        dossier: its number. title: of the dossier.
        items: records that the dossier stands on. context: further records that are shown around them.
        unused: records that were looked at for it and are not used.
        sensitive: records that are held back altogether, each with the reason that its schedule gives.
        redactions: what is held back of a record of `items` or `context`.
        exclusions: sources that the dossier excludes, each with the reason: exhibits by number.
    """

    dossier: str
    title: str
    items: frozenset[int]
    context: frozenset[int] = frozenset()
    unused: frozenset[int] = frozenset()
    sensitive: Mapping[int, str] = field(default_factory=dict)
    redactions: Mapping[int, Sequence[Redaction]] = field(default_factory=dict)
    exclusions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check it.

        Raises:
            CallerError: a redaction holds back something that is no part of a message.
        """
        for redactions in self.redactions.values():
            for redaction in redactions:
                if redaction.field not in REDACTABLE:
                    raise CallerError(
                        f"A redaction cannot hold back {redaction.field!a}.", hint=f"It can: {', '.join(REDACTABLE)}."
                    )

    @property
    def used(self) -> frozenset[int]:
        """Records of the schedule of used material."""
        return (self.items | self.context) - self.sensitive.keys()
