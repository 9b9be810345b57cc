"""What every form says at its head, in the same words."""

from collections.abc import Iterator

from underseal.evidence.disclosure.disclosed import Head


def about(head: Head) -> tuple[tuple[str, str], ...]:
    """Return the names and values of the head."""
    return (
        ("Dossier", head.dossier),
        ("Title", head.title),
        ("Disclosed to", head.to),
        ("Disclosed by", head.by),
        ("Authority", head.authority),
        ("Made from release", str(head.release)),
        ("Root of the release", head.root),
        ("Made at", head.at),
        ("Time zone of all times", head.zone),
        ("Signed with the key", head.signer),
    )


def about_lines(head: Head) -> Iterator[str]:
    """Yield the same as lines of text."""
    return (f"{name}: {value}" for name, value in about(head))
