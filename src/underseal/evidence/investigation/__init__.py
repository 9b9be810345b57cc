"""The Python API: an investigation, what may be read of it under an authority, and the run from exhibit to release."""

from underseal.evidence.casework import Arrival
from underseal.evidence.investigation.attributing import Attributing, ClaimPage
from underseal.evidence.investigation.consultation import Consultation
from underseal.evidence.investigation.dossier_disclosure import DossierDisclosure
from underseal.evidence.investigation.dossier_items import DossierItems
from underseal.evidence.investigation.dossier_meetings import DossierMeetings
from underseal.evidence.investigation.dossier_packages import DossierPackages
from underseal.evidence.investigation.dossier_review import DossierCodings, DossierThreats
from underseal.evidence.investigation.dossier_sources import DossierSources
from underseal.evidence.investigation.dossier_transfers import DossierTransfers
from underseal.evidence.investigation.dossier_work import DossierDocuments, DossierWork
from underseal.evidence.investigation.dossiers import DossierPage, Dossiers
from underseal.evidence.investigation.held_packages import HeldPackages
from underseal.evidence.investigation.investigation import Investigation
from underseal.evidence.investigation.lines import Line, Lines, Moment, Party
from underseal.evidence.investigation.opening import create_investigation, open_for_others, open_investigation
from underseal.evidence.investigation.overview import Overview, Unreadable
from underseal.evidence.investigation.provenance import ProvenanceStep

__all__ = [
    "Arrival",
    "Attributing",
    "ClaimPage",
    "Consultation",
    "DossierCodings",
    "DossierDisclosure",
    "DossierDocuments",
    "DossierItems",
    "DossierMeetings",
    "DossierPackages",
    "DossierPage",
    "DossierSources",
    "DossierThreats",
    "DossierTransfers",
    "DossierWork",
    "Dossiers",
    "HeldPackages",
    "Investigation",
    "Line",
    "Lines",
    "Moment",
    "Overview",
    "Party",
    "ProvenanceStep",
    "Unreadable",
    "create_investigation",
    "open_for_others",
    "open_investigation",
]
