"""Underseal: sealed messages, opened as evidence that both sides can check.

>>> import underseal
>>> investigation = underseal.open("harbour")
>>> case = investigation.under("BR-2026/17", purpose="who moved the pilot boat")
>>> case.search('"pilot boat" from:k7q2mx').total
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from underseal.evidence.investigation import Investigation

__all__ = ["open"]


def open(  # noqa: A001  # read as underseal.open
    path: str | Path | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    passphrase: str | None = None,
) -> "Investigation":
    """Open an investigation.

    Args:
        path: the workspace's folder; None for UNDERSEAL_WORKSPACE, else the nearest one upwards from the current folder.
        user: who acts, None for UNDERSEAL_USER; in a workspace without named users, the login name by default.
        password: of that user, None for UNDERSEAL_PASSWORD; asked for where there are named users.
        passphrase: of the signing key; None for UNDERSEAL_PASSPHRASE.

    Raises:
        NotFoundError: there is no workspace. CallerError: its settings cannot be used. KeyFileError: wrong passphrase.
        RefusedError: there are named users, and name and password are not those of one who may come in.
    """
    # Imported here so that the standalone verifier does not need the libraries of the store.
    from underseal.evidence.investigation import open_investigation  # noqa: PLC0415

    return open_investigation(path, user=user, password=password, passphrase=passphrase)
