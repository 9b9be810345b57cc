"""The office: where the operators of a network and its resellers work, in the browser and by an HTTP API."""

from underseal.network.office.app import create_office
from underseal.network.office.books import Books
from underseal.network.office.serving import Office, serving

__all__ = ["Books", "Office", "create_office", "serving"]
