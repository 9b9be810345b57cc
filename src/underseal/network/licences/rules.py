"""What may be done with a licence, and what comes of it: pure functions of what is known, without clock, disk or chance."""

from datetime import datetime

from underseal.errors import CodeSpentError, CodeUnknownError, ConflictError, NotFoundError, RefusedError
from underseal.network.licences.actors import Subscriber
from underseal.network.licences.acts import Activated
from underseal.network.licences.model import Activation, CodeState, Licence, Product, Reseller, Run, Sale, shown
from underseal.network.licences.periods import add_months
from underseal.network.licences.rows import Transfer
from underseal.network.pins import Pin


def unknown_code() -> CodeUnknownError:
    """Return the refusal of a code that was never issued."""
    return CodeUnknownError("There is no such code.", hint="Look for a slip, or ask whoever sold it.")


def spent_code() -> CodeSpentError:
    """Return the refusal of a code that is used up, which says no more than that."""
    return CodeSpentError("This code was used before, or made void.", hint="Ask whoever sold it for another one.")


def unused(sale: Sale | None) -> Sale:
    """Return a code that can be spent.

    Raises:
        CodeUnknownError: there is none. CodeSpentError: it is used or void.
    """
    if sale is None:
        raise unknown_code()
    if sale.state is not CodeState.UNUSED:
        raise spent_code()
    return sale


def movable(transfer: Transfer, licence: Licence) -> Licence:
    """Return the licence that a transfer code moves.

    Raises:
        CodeSpentError: the code was used, is replaced by a later one, or the licence is revoked.
    """
    if transfer.state != "unused" or licence.revoked:
        raise spent_code()
    return licence


def repeated(licence: Licence, code: bytes, retry: bytes) -> Activation:
    """Return the answer to a phone that asks for it again.

    Args:
        licence: of the PIN that the code gave. code: SHA-256 of the code. retry: SHA-256 of the retry key.

    Raises:
        CodeSpentError: it is another phone, it has uploaded its keys, or another took its place.
    """
    if licence.revoked or licence.code != code or licence.retry != retry:
        raise spent_code()
    return Activation(pin=licence.pin, ends=licence.ends, fresh=False, replacement=licence.replacement)


def activated(sale: Sale, product: Product, *, pin: Pin, code: bytes, retry: bytes, at: datetime) -> Activated:
    """Return the act by which a code becomes a licence."""
    return Activated(
        at=at,
        by=Subscriber.pin(pin),
        pin=pin,
        product=product.name,
        reseller=sale.reseller,
        code=code,
        retry=retry,
        anchor=at,
        months=product.months,
        zone=product.zone,
        ends=add_months(at, product.months, product.zone),
    )


def prolonged(licence: Licence, months: int, zone: str, at: datetime) -> tuple[Run, datetime]:
    """Return the run of a licence with more time, and its end.

    It goes on from its end; where that is past, a new run begins now.

    Args:
        licence: any but a revoked one. months: to add. zone: on whose calendar a new run counts. at: now.

    Raises:
        RefusedError: it is revoked.
    """
    alive(licence, "renewed")
    if at < licence.ends:
        run = Run(anchor=licence.run.anchor, months=licence.run.months + months, zone=licence.run.zone)
    else:
        run = Run(anchor=at, months=months, zone=zone)
    return run, add_months(run.anchor, run.months, run.zone)


def found(licence: Licence | None, pin: str) -> Licence:
    """Return a licence.

    Raises:
        NotFoundError: there is none.
    """
    if licence is None:
        raise no_licence(pin)
    return licence


def no_licence(pin: str) -> NotFoundError:
    """Return the refusal of a PIN that has no licence, or none for these eyes."""
    return NotFoundError(f"No licence has the PIN {shown(pin)}.")


def alive(licence: Licence, done: str) -> None:
    """Return where a licence is not revoked.

    Args:
        licence: which. done: what is to be done to it: "renewed".

    Raises:
        RefusedError: it is revoked.
    """
    if licence.revoked:
        raise RefusedError(
            f"The licence of {licence.pin} is revoked and cannot be {done}.", hint="A new code gives a new PIN."
        )


def enabled(reseller: Reseller | None, name: str) -> Reseller:
    """Return a reseller who may act.

    Raises:
        NotFoundError: there is none. RefusedError: they are disabled.
    """
    if reseller is None:
        raise no_reseller(name)
    if reseller.disabled:
        raise RefusedError(f'The reseller "{name}" is disabled.')
    return reseller


def no_reseller(name: str) -> NotFoundError:
    """Return the refusal of a name that no reseller has."""
    return NotFoundError(f'There is no reseller "{shown(name)}".')


def within_quota(reseller: Reseller, count: int) -> None:
    """Return where a reseller may issue so many codes for itself.

    Raises:
        RefusedError: with them it would hold more unused ones than its quota.
    """
    if reseller.unused + count > reseller.quota:
        raise RefusedError(
            f"That would be {reseller.unused + count} unused codes, and the quota is {reseller.quota}.",
            hint=f"{max(0, reseller.quota - reseller.unused)} more can be issued now.",
        )


def changed(*, is_so: bool, words: str) -> None:
    """Return where an act would change something.

    Raises:
        ConflictError: it is so already.
    """
    if is_so:
        raise ConflictError(words)
