"""Who used an account: signed, dated, graded claims that stand side by side, and what the evidence shows of an account."""

from underseal.evidence.identity.activity import Hour, ZoneEstimate, queries_of_hour
from underseal.evidence.identity.book import Book, Turn
from underseal.evidence.identity.drafts import UNKNOWN, Draft, Maker, read_account, read_draft
from underseal.evidence.identity.export import export_claim
from underseal.evidence.identity.facts import Counted
from underseal.evidence.identity.items import area_to_geojson
from underseal.evidence.identity.languages import Languages, Spoken
from underseal.evidence.identity.listing import ListedAccount, list_accounts
from underseal.evidence.identity.nicknames import Nickname
from underseal.evidence.identity.persons import Listed, PersonPage, Use, list_persons, person_page
from underseal.evidence.identity.profile import LIMIT, Profile, profile_of
from underseal.evidence.identity.shown import Eyes, Outside, Shown, ShownItem, unknown_account
from underseal.evidence.identity.state import Standing, State, Union
from underseal.evidence.identity.together import Company, Contact, Copresence, Device, Missing, Place

__all__ = [
    "LIMIT",
    "UNKNOWN",
    "Book",
    "Company",
    "Contact",
    "Copresence",
    "Counted",
    "Device",
    "Draft",
    "Eyes",
    "Hour",
    "Languages",
    "Listed",
    "ListedAccount",
    "Maker",
    "Missing",
    "Nickname",
    "Outside",
    "PersonPage",
    "Place",
    "Profile",
    "Shown",
    "ShownItem",
    "Spoken",
    "Standing",
    "State",
    "Turn",
    "Union",
    "Use",
    "ZoneEstimate",
    "area_to_geojson",
    "export_claim",
    "list_accounts",
    "list_persons",
    "person_page",
    "profile_of",
    "queries_of_hour",
    "read_account",
    "read_draft",
    "unknown_account",
]
