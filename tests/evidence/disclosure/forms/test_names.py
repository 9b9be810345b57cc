"""The names of the forms, as they are offered before anything of them is loaded."""

from underseal.evidence.disclosure.form import FORM_NAMES
from underseal.evidence.disclosure.forms import FORMS


def test_every_form_is_offered_by_its_name() -> None:
    assert tuple(FORMS) == FORM_NAMES
