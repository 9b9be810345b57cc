"""From transfers and packages to what the HTTP API answers."""

from zoneinfo import ZoneInfo

from underseal.evidence.dossier.packages import Package
from underseal.evidence.dossier.terms import HeldPackage
from underseal.evidence.dossier.transfers import Offer, Transfer
from underseal.evidence.server import answers, hand_over_shapes
from underseal.evidence.server.dossier_answers import told


def offer(found: Offer, zone: ZoneInfo) -> hand_over_shapes.DossierOffer:
    """Return a dossier that is offered."""
    return told(found, hand_over_shapes.DossierOffer, zone)


def transfer(found: Transfer, zone: ZoneInfo) -> hand_over_shapes.DossierTransfer:
    """Return a transfer."""
    signed = found.document is not None
    return told(found, hand_over_shapes.DossierTransfer, zone, state=found.state.value, signed=signed)


def package(found: Package, zone: ZoneInfo) -> hand_over_shapes.SentPackage:
    """Return a package that was sent."""
    return told(found, hand_over_shapes.SentPackage, zone, state=found.state.value)


def held(found: HeldPackage, zone: ZoneInfo, *, now: int) -> hand_over_shapes.HeldPackage:
    """Return a package that is held. now: ms since 1970."""
    cover = found.cover
    return hand_over_shapes.HeldPackage(
        exhibit=found.exhibit,
        number=cover.number,
        sender=cover.sender,
        receiver=cover.receiver,
        basis=cover.basis,
        handling=list(cover.handling),
        note=cover.note,
        expires=cover.expires,
        contact=cover.contact,
        contents=found.contents,
        signer=found.signer,
        user=found.user,
        at=answers.moment(found.at, zone),
        consents=[told(each, hand_over_shapes.PackageConsent, zone) for each in found.consents.values()],
        recalled=found.recalled is not None,
        expired=found.expired(now),
        warning=found.warning(now),
    )
