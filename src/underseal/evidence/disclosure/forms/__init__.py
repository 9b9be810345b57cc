"""The forms of a disclosure: the same messages, each as often and at the same moment, in the formats that courts and analysts open.

What each holds and what it cannot hold: docs/formats/disclosure-forms.md.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from underseal.evidence.disclosure.form import Form, Messages
from underseal.evidence.disclosure.forms import case, csv, ftm, graphml, pdf, rsmf, xlsx

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "pdf": pdf.write,
        "xlsx": xlsx.write,
        "csv": csv.write,
        "rsmf": rsmf.write,
        "case": case.write,
        "ftm": ftm.write,
        "graphml": graphml.write,
    }
)
"""All forms by name."""

__all__ = ["FORMS", "Form", "Messages"]
