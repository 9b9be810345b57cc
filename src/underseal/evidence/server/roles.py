"""Which part of the desk is whose. Inside, the gate judges each act once more, and asks for the authority."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from underseal.evidence.casework import Role


class Part(StrEnum):
    """A part of the desk."""

    EVIDENCE = "evidence"
    RELEASES = "releases"
    AUDIT = "audit"
    USERS = "users"


MAY_ENTER: Final[Mapping[Part, frozenset[Role]]] = {
    Part.EVIDENCE: frozenset({Role.INVESTIGATOR, Role.FILTER, Role.MAGISTRATE, Role.PROSECUTOR}),
    Part.RELEASES: frozenset(Role),
    Part.AUDIT: frozenset({Role.MAGISTRATE, Role.ADMINISTRATOR}),
    Part.USERS: frozenset({Role.ADMINISTRATOR}),
}
"""An administrator reads no evidence; who reads evidence under the audit's eyes does not read the audit."""


def may_enter(role: Role | None, part: Part) -> bool:
    """Say whether a role may enter. None is the one person of a workspace without named users, whose all of it is."""
    return role is None or role in MAY_ENTER[part]
