"""Reviewers code messages side by side, and threats to life go from alert to outcome with figures that reproduce."""

import pytest

from staffed import AUTHORITY
from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.evidence.casework import PrivilegeState
from underseal.evidence.dossier import Choice, Outcome, Step, StepDraft

from .office import Office


def test_a_reviewer_supersedes_their_own_decision_and_nobody_elses(office: Office) -> None:
    card = office.opened("Coding", members=["ivan", "iris"])
    one, two = office.number("$1"), office.number("$2")
    for user, record, choice in (
        ("ines", one, Choice.RELEVANT),
        ("ivan", one, Choice.NOT_RELEVANT),
        ("iris", two, Choice.RELEVANT),
        ("ivan", one, Choice.RELEVANT),
        ("ines", one, Choice.NOT_RELEVANT),
    ):
        office.dossiers(user).codings.code(card.number, record, choice, note=f"says {user}")
    codings = office.dossiers("iris").codings
    page = codings.page(card.number)
    assert [(coded.record, [(c.user, c.choice) for c in coded.codings], coded.disputed) for coded in page.messages] == [
        (one, [("ivan", Choice.RELEVANT), ("ines", Choice.NOT_RELEVANT)], True),
        (two, [("iris", Choice.RELEVANT)], False),
    ]
    assert [coded.record for coded in codings.page(card.number, disputed=True).messages] == [one]
    assert codings.page(card.number, limit=1).cursor == one
    assert [coded.record for coded in codings.page(card.number, after=one, limit=1).messages] == [two]
    history = codings.history(card.number, one)
    assert [(each.user, each.choice) for each in history] == [
        ("ines", Choice.RELEVANT),
        ("ivan", Choice.NOT_RELEVANT),
        ("ivan", Choice.RELEVANT),
        ("ines", Choice.NOT_RELEVANT),
    ]
    with pytest.raises(NotFoundError):
        codings.code(card.number, 99, Choice.RELEVANT)


def test_what_is_coded_as_privileged_is_withheld_at_once(fresh: Office) -> None:
    card = fresh.opened("Privileged", record="$7", members=["ivan", "fatma"])
    record = fresh.number("$7")
    fresh.dossiers("ivan").codings.code(card.number, record, Choice.RELEVANT)
    fresh.dossiers().codings.code(card.number, record, Choice.PRIVILEGED, note="counsel")
    (decision,) = fresh.investigation.casework.privilege.decisions()
    assert (decision.state, decision.record, decision.why) == (PrivilegeState.SUSPECTED, record, "counsel")
    assert fresh.audit("coded")[0].details == {"dossier": card.reference, "choice": "privileged"}
    assert fresh.audit("privilege_suspected")[0].details["sha256"] == decision.sha256
    for user in ("ines", "ivan"):
        assert fresh.dossiers(user).codings.page(card.number).messages == ()
        assert fresh.dossiers(user).codings.of(card.number, [record]) == []
        assert fresh.dossiers(user).items.page(card.number).items == ()
        with pytest.raises(NotFoundError):
            fresh.dossiers(user).codings.history(card.number, record)
        with pytest.raises(NotFoundError):
            fresh.dossiers(user).codings.code(card.number, record, Choice.RELEVANT)
    (coded,) = fresh.dossiers("fatma").codings.page(card.number).messages
    assert coded.disputed
    fresh.dossiers("fatma").codings.code(card.number, record, Choice.PRIVILEGED)
    assert len(fresh.investigation.casework.privilege.decisions()) == 1


def test_a_threat_goes_from_alert_to_outcome_and_the_figures_reproduce(fresh: Office) -> None:
    card = fresh.opened("Threats", members=["ivan"])
    record = fresh.number("$3")
    for user in ("ines", "ivan"):  # the second finds it raised already
        fresh.dossiers(user).codings.code(card.number, record, Choice.THREAT_TO_LIFE, note="his legs")
    threats = fresh.dossiers("ivan").threats
    (raised,) = threats.list(card.number).threats
    assert (raised.id, raised.record, raised.last.words, raised.last.user) == (
        f"message:{record}",
        record,
        "his legs",
        "ines",
    )
    spoken = threats.alert(card.number, "the neighbour heard of a shooting")
    assert (spoken.id, spoken.record) == ("alert:1", None)
    assert threats.list().figures.waiting == 2
    steps = [
        StepDraft(step=Step.ACKNOWLEDGED, words="rang the duty officer"),
        StepDraft(step=Step.ACTION, words="patrol at the door"),
        StepDraft(step=Step.ACTION, words="he was warned"),
        StepDraft(step=Step.OUTCOME, words="nobody came", outcome=Outcome.PREVENTED),
    ]
    for step in steps:
        done = threats.step(card.number, raised.id, step)
    assert done.ended
    threats.step(card.number, spoken.id, StepDraft(step=Step.ACKNOWLEDGED, words="seen"))
    threats.step(card.number, spoken.id, StepDraft(step=Step.OUTCOME, words="fireworks", outcome=Outcome.UNFOUNDED))
    found = threats.list().figures
    assert (found.alerts, found.acknowledged, found.actions, found.prevented, found.unfounded) == (2, 2, 2, 1, 1)
    assert (found.waiting, found.open) == (0, 0)
    rows = fresh.investigation.casework.dossiers.history([card.head.id], "threat")
    assert sum(row.body.get("outcome") == "prevented" for row in rows) == found.prevented
    before = threats.list(until=rows[0].at).figures
    assert (before.alerts, before.prevented) == (0, 0)
    later = threats.list(since=rows[-1].at + 1).figures
    assert (later.alerts, later.prevented, later.open) == (0, 0, 0)
    assert threats.list(since=rows[0].at, until=rows[-1].at + 1).figures == found
    with pytest.raises(CallerError, match="end before they begin"):
        threats.list(since=2, until=1)
    again = fresh.dossiers().codings.code(card.number, record, Choice.THREAT_TO_LIFE, note="again")
    assert again.choice is Choice.THREAT_TO_LIFE
    assert threats.list(since=rows[-1].at + 1).figures.open == 1
    fresh.suspect("$3")
    assert [threat.id for threat in threats.list(card.number).threats] == ["alert:1"]
    assert threats.list().figures.prevented == 0


def test_a_step_that_does_not_follow_is_refused_and_nothing_is_entered(office: Office) -> None:
    card = office.opened("Steps", members=["ivan"])
    threats = office.dossiers().threats
    raised = threats.alert(card.number, "a threat")
    for draft, said in (
        (StepDraft(step=Step.OUTCOME, words="x", outcome=Outcome.PREVENTED), "After alert comes acknowledged"),
        (StepDraft(step=Step.ACKNOWLEDGED, words=" "), "says nothing"),
        (StepDraft(step=Step.ACKNOWLEDGED, words="x", outcome=Outcome.PREVENTED), "An outcome, and nothing else"),
        (StepDraft(step=Step.ACKNOWLEDGED, words="x", happened=1), "before the one before it"),
    ):
        with pytest.raises(CallerError, match=said):
            threats.step(card.number, raised.id, draft)
    threats.step(card.number, raised.id, StepDraft(step=Step.ACKNOWLEDGED, words="seen", version=1))
    with pytest.raises(CallerError, match="at most unfounded"):
        threats.step(card.number, raised.id, StepDraft(step=Step.OUTCOME, words="x", outcome=Outcome.PREVENTED))
    with pytest.raises(ConflictError, match="changed by ines"):
        threats.step(card.number, raised.id, StepDraft(step=Step.ACTION, words="late", version=1))
    assert len(threats.list(card.number).threats[0].steps) == 2
    with pytest.raises(NotFoundError):
        office.dossiers("iris").threats.step(card.number, raised.id, StepDraft(step=Step.ACTION, words="x"))
    assert office.dossiers("iris").threats.list().threats == ()
    assert office.audit("coded")[0].authority == AUTHORITY
