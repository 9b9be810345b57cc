"""Rules suspect who presents themself as counsel, doctor or journalist, and who is listed; they say how many, and why."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from staffed import AUTHORITY, Line
from underseal.errors import CallerError
from underseal.evidence.casework import PrivilegeState
from underseal.evidence.privilege import Named, RulesRun, read_rules
from underseal.evidence.privilege.rules import BUILT_IN

from .chambers import CLIENT, FRIEND, LAWYER, Chambers

COUNSEL, DOCTOR, PRESS = "@counsel:quay", "@doctor:quay", "@press:quay"

LATER: Sequence[Line] = [
    ("$6", "2026-03-04T10:00:00Z", "!pier", CLIENT, FRIEND, "My lawyer says: no parrot. Mon avocat aussi."),
    ("$7", "2026-03-04T10:01:00Z", "!pier", COUNSEL, CLIENT, "Goedemorgen. Ik ben uw ADVOCAAT, en dit is de parrot"),
    ("$8", "2026-03-04T10:02:00Z", "!pier", COUNSEL, CLIENT, "the parrot again"),
    ("$9", "2026-03-04T10:03:00Z", "!pier", DOCTOR, CLIENT, "Je suis votre médecin; no parrot"),
    ("$10", "2026-03-04T10:04:00Z", "!pier", PRESS, CLIENT, "I'm a journalist: tell me of the parrot"),
    ("$11", "2026-03-04T10:05:00Z", "!pier", "+32475123456", CLIENT, "the parrot of a number"),
]


def test_each_release_is_searched_before_anybody_reads_it(chambers: Chambers) -> None:
    release = chambers.take("BR-2", LATER)
    assert chambers.found() == ["$1", "$11", "$2", "$3", "$4", "$5", "$6"]
    assert len(chambers.found(user="fatma")) == 11
    assert chambers.privilege("ines").suspected_in(release) == 3
    decided = chambers.privilege("fatma").decisions(authority=AUTHORITY)
    assert {(each.subject.account, each.rule, each.record, each.state) for each in decided} == {
        (COUNSEL, "presents itself as counsel", chambers.number("$7"), PrivilegeState.SUSPECTED),
        (DOCTOR, "presents itself as doctor", chambers.number("$9"), PrivilegeState.SUSPECTED),
        (PRESS, "presents itself as journalist", chambers.number("$10"), PrivilegeState.SUSPECTED),
    }
    (run,) = [entry for entry in chambers.audit("privilege_rules_run") if entry.details["suspicions"]]
    assert (run.user, run.details["release"], run.details["suspicions"]) == ("ines", release.number, 3)


def test_what_was_decided_is_not_suspected_again(chambers: Chambers) -> None:
    chambers.take("BR-2", LATER)
    chambers.privilege("fatma").release(Named(account=COUNSEL), why="an actor", authority=AUTHORITY)
    again = [("$12", "2026-03-05T10:00:00Z", "!pier", COUNSEL, CLIENT, "ik ben uw advocaat, zei de parrot")]
    chambers.take("BR-3", again)
    assert {"$7", "$8", "$12"} <= set(chambers.found())
    assert chambers.privilege("ines").run_rules() == RulesRun(rules=3, suspicions=0, known=3)


def test_a_workspace_has_rules_of_its_own(chambers: Chambers) -> None:
    own = chambers.investigation.workspace.privilege_rules
    own.write_text(
        '[[rule]]\nname = "the bar"\nprofession = "lawyer"\naccounts = ["0032 475 12.34.56", "@press:quay", "@lawyer"]\n',
        encoding="utf-8",
    )
    chambers.take("BR-2", LATER)
    decided = chambers.privilege("fatma").decisions(authority=AUTHORITY)
    assert {(each.subject.account, each.record) for each in decided} == {
        ("+32475123456", chambers.number("$11")),
        (PRESS, chambers.number("$10")),
    }
    own.write_text(f'[[rule]]\nname = "x"\nprofession = "other"\naccounts = ["{LAWYER}"]\n', encoding="utf-8")
    assert chambers.privilege("ines").run_rules() == RulesRun(rules=1, suspicions=1, known=0)
    assert chambers.found() == ["$4", "$5", "$6", "$7", "$8", "$9"]


def test_a_file_that_cannot_be_read_is_said_before_the_work(chambers: Chambers) -> None:
    chambers.investigation.workspace.privilege_rules.write_text("[[rule]]\n", encoding="utf-8")
    with pytest.raises(CallerError, match=r"privilege\.toml, rule 1 has no name"):
        chambers.take("BR-2", LATER)
    assert [release.number for release in chambers.of("ines").list_releases()] == [1]
    chambers.investigation.workspace.privilege_rules.unlink()
    release = chambers.of("ines").release(workers=1)
    assert release is not None
    assert release.added == len(LATER)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "cannot be read"),
        ("rule = 1", "something other"),
        ("[[rule]]\nname = 'a'\nprofession = 'lawyer'", "neither phrases nor accounts"),
        ("[[rule]]\nname = 'a'\nprofession = 'vet'\nphrases = ['x']", "the profession is none of"),
        ("[[rule]]\nname = 'a'\nprofession = 'lawyer'\nphrases = 'x'", "no list of texts"),
        ("[[rule]]\nname = 'a'\nprofession = 'lawyer'\nphrases = ['...']", "nothing to search for"),
        ("[[rule]]\nname = 'a'\nprofession = 'lawyer'\nwords = ['x']", "other fields than"),
        ("[[rule]]\nname = 'a'\nprofession = 'lawyer'\nphrases = ['x']\n" * 2, "have one name"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CallerError, match=words):
        read_rules(file)


def test_the_rules_that_come_with_the_program_can_be_read() -> None:
    assert {rule.profession.value for rule in read_rules(BUILT_IN)} == {"lawyer", "doctor", "journalist"}
