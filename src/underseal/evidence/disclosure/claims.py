"""Claims on disclosed accounts: which of them may go with a disclosure."""

from collections.abc import Iterator

from underseal.core.verify.attribution import Message
from underseal.evidence.disclosure.material import Material
from underseal.evidence.identity import Book, Eyes, Standing, State, export_claim


def enclosed_claims(material: Material, book: Book) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the proof files of claims on disclosed accounts by id, and why others are not enclosed.

    A claim is signed as a whole. One that rests on something held back would tell of it, and so would the proof of an
    earlier claim that it supersedes. Of those that rest on what the view does not show nothing is said at all.
    """
    state = book.state()
    eyes = Eyes(material.view, state)
    accounts = material.accounts
    on = [standing for standing in state.claims.values() if standing.claim.account in accounts]
    held_back = material.held_back
    proofs: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    for standing in eyes.standings(on):
        chain = list(_chain(standing, state))
        if any(shown.outside for shown in eyes.shown(chain)):
            continue
        if any(each.claim.id in material.selection.claims for each in chain):
            left_out[standing.claim.id] = "It rests on a source that a judge excluded."
        elif any(_messages(each) & held_back for each in chain):
            left_out[standing.claim.id] = "It rests on material that is redacted or sensitive, of which it would tell."
        else:
            proofs[standing.claim.id] = export_claim(book, standing, [])
    return proofs, left_out


def _chain(standing: Standing, state: State) -> Iterator[Standing]:
    """Yield a claim and the one that superseded it, whose entries its proof holds."""
    yield standing
    if standing.superseded is not None:
        yield state.standing(standing.superseded)


def _messages(standing: Standing) -> set[int]:
    items = (*standing.claim.supporting, *standing.claim.opposing)
    return {item.record for item in items if isinstance(item, Message)}
