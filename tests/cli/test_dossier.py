"""Dossiers on the command line: each command does what it says, and says what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from entered import state_of
from underseal.evidence.authority import Draft
from underseal.evidence.investigation import Arrival, create_investigation, open_investigation

from .commands import CommandLine, Done

AUTHORITY, ENDED = "BR-1", "BR-2"

_TABLE = """\
id,sent,chat,from,to,text
$1,2026-03-01T10:00:00Z,!pier,@ann:quay,@ben:quay,the box is MSKU 907032-3
$2,2026-03-01T10:01:00Z,!pier,@ben:quay,@ann:quay,we break his legs
$3,2026-03-01T10:02:00Z,!pier,@ann:quay,@ben:quay,ask the lawyer
"""

_MAPPING = """\
layout = "csv"
columns = { event = "id", time = "sent", conversation = "chat", sender = "from", recipients = "to", text = "text" }
time = { format = "iso", clock = "server" }
recipients = { separator = ";" }
"""


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line of a workspace of one person, with three messages."""
    (tmp_path / "table.csv").write_text(_TABLE, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(_MAPPING, encoding="utf-8")
    monkeypatch.setenv("UNDERSEAL_AUTHORITY", AUTHORITY)
    draft = Draft(
        number=AUTHORITY,
        magistrate="M. Claes",
        legal_basis="art. 90ter",
        type="interception",
        accounts="all",
        rooms="all",
        period="all",
        valid_from="2020-01-01",
        valid_to="2099-12-31",
        zone="UTC",
    )
    with create_investigation(tmp_path / "quay", "Quay") as made:
        made.authorities.add(draft, user=made.user)
        made.authorities.add(replace(draft, number=ENDED, valid_to="2020-12-31"), user=made.user)
        arrival = Arrival(
            number="BR-1", title="t", custodian="quay", condition="whole", received_from="lab", received_by="desk"
        )
        made.take(tmp_path / "table.csv", arrival, authority=AUTHORITY, mapping=tmp_path / "mapping.toml")
        assert made.release(workers=1) is not None
    return CommandLine(tmp_path / "quay", monkeypatch, capsys)


def entered(line: CommandLine) -> str:
    with open_investigation(line.workspace) as investigation:
        return state_of(investigation)


def said(done: Done) -> str:
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_every_command_does_what_it_says(line: CommandLine, tmp_path: Path) -> None:
    opened = said(line("dossier", "open", "The box", "--offence", "drugs", "--district", "BR", "--message", "1"))
    number = opened.split()[3]
    assert number.startswith("BR.20")

    def do(command: str, *words: str) -> str:
        return said(line("dossier", *command.split(), number, *words))

    (tmp_path / "report.txt").write_text("a report", encoding="utf-8")
    assert [each["number"] for each in json.loads(said(line("dossier", "list", "--json")))["dossiers"]] == [number]
    assert number in said(line("dossier", "list"))
    assert "The blue box" in do("change", "--title", "The blue box")
    assert json.loads(do("show", "--json"))["title"] == "The blue box"
    assert "The box" in do("history")
    assert do("add", "--account", "@ann:quay") == "Put in: account:@ann:quay.\n"
    assert do("add", "--note", "he drives a van") == "Put in: note:1.\n"
    assert "Put in: document:" in do("document", str(tmp_path / "report.txt"))
    assert do("remove", "note:1", "--why", "beside the point") == "Taken out: note:1.\n"
    assert "report.txt" in do("items")
    assert len(json.loads(do("items", "--json"))["items"]) == 3
    assert "Coded record 1 as threat_to_life." in do("code", "1", "threat_to_life", "--note", "his legs")
    assert "his legs" in do("codings")
    assert do("alert", "a shooting") == "Raised: alert:1.\n"
    assert do("step", "alert:1", "acknowledged", "seen") == "Entered: acknowledged of alert:1.\n"
    assert "alerts: 2" in do("threats")
    assert "Entered from 2020-01-01 to 2020-12-31: alerts: 0" in do(
        "threats", "--from", "2020-01-01", "--to", "2020-12-31"
    )
    assert "Entered: phone +32470123456." in do("identify", "phone", "+32 470 12 34 56")
    assert "+32470123456" in do("identifiers")
    assert do("identify", "phone", "+32470123456", "--remove", "--why", "a slip") == "Taken out.\n"
    assert "they met" in do("chronology", "--add", "they met", "--from", "2026-03-01")
    do("hypotheses", "--add", "it is hers", "--for", "0")
    assert "supported" in do("hypotheses", "--change", "1", "--state", "supported")
    do("tasks", "--add", "ask the port")
    assert "done" in do("tasks", "--change", "1", "--state", "done")
    two = said(line("dossier", "open", "Two", "--offence", "arms", "--district", "LG", "--contact", "+32 2 555"))
    line("dossier", "add", two.split()[3], "--account", "@ann:quay")
    assert "(+32 2 555) has the same account: @ann:quay." in do("notices")
    judge = ("--decision", "2026/K/12", "--judge", "J. Maes", "--why", "void")
    excluded = said(line("dossier", "exclude", "record", "2", *judge))
    assert "Excluded by 2026/K/12: record 2." in excluded
    assert "it marks messages: 1, attributions: 0, items: 0, in dossiers: 0." in excluded
    assert "2026/K/12" in said(line("dossier", "excluded"))
    assert "Admitted again" in said(line("dossier", "readmit", "record", "2", *judge))
    assert "withheld until the filter team" in do("code", "2", "privileged")
    said(line("dossier", "open", "Three", "--offence", "arms", "--district", "CH"))
    year = number[3:7]
    assert "Closed" in said(line("dossier", "close", f"CH.{year}/0001", "--why", "a mistake"))
    assert "Reopened" in said(line("dossier", "reopen", f"CH.{year}/0001", "--why", "it was none"))


def test_what_is_wrong_is_said_and_nothing_is_stored(line: CommandLine, tmp_path: Path) -> None:
    said(line("dossier", "open", "The box", "--offence", "drugs", "--district", "BR", "--message", "1"))
    number = json.loads(said(line("dossier", "list", "--json")))["dossiers"][0]["number"]
    (tmp_path / ".report").write_text("x", encoding="utf-8")
    before = entered(line)
    for words, told in (
        (("open", "t", "--offence", "o", "--district", "BR", "--member", "zoe"), "no user 'zoe'"),
        (("document", number, str(tmp_path / ".report")), "named like a path"),
        (("open", "t", "--offence", "o", "--district", "Gent"), "no district 'Gent'"),
        (("show", "BR.1999/0001"), "There is no such dossier."),
        (("change", number), "Nothing is to be changed"),
        (("member", "add", number, "zoe"), "no user 'zoe'"),
        (("member", "remove", number, "zoe"), "no member"),
        (("add", number), "Name one thing"),
        (("add", number, "--message", "1"), "in the dossier already"),
        (("remove", number, "note:7", "--why", "x"), "no such item"),
        (("code", number, "99", "relevant"), "no record 99"),
        (("step", number, "alert:7", "action", "x"), "no such threat"),
        (("identify", number, "container", "MSKU 907032-4"), "would be 3"),
        (("chronology", number, "--add", "x", "--from", "2026-03-02", "--to", "2026-03-01"), "reversed"),
        (("readmit", "record", "1", "--decision", "1", "--judge", "J", "--why", "w"), "not excluded"),
        (("close", number, "--why", "done"), "lacks an attribution with its evidence"),
        (("reopen", number, "--why", "x"), "is open"),
    ):
        done = line("dossier", *words)
        assert (done.returncode, told in done.stderr) == (1, True), (words, done.stdout, done.stderr)
    refused = line("dossier", "list", UNDERSEAL_AUTHORITY="BR-9")
    assert (refused.returncode, refused.stdout) == (3, "")
    interval = ("--from", "unknown", "--to", "unknown")
    writing: list[tuple[str, ...]] = [
        ("dossier", "open", "t", "--offence", "o", "--district", "BR"),
        ("privilege", "declare", "@ann:quay", "--as", "lawyer", "--proof", "a card"),
        (
            "attribute",
            "claim",
            "@ann:quay",
            "--name",
            "Ann",
            *interval,
            "--grade",
            "weak",
            "--statement",
            "she says so",
        ),
    ]
    for asked in writing:
        ended = line(*asked, UNDERSEAL_AUTHORITY=ENDED)
        assert (ended.returncode, ended.stdout, ENDED in ended.stderr) == (3, "", True), ended
    assert entered(line) == before


def test_what_cannot_be_handed_over_is_said(line: CommandLine, tmp_path: Path) -> None:
    said(line("dossier", "open", "The box", "--offence", "drugs", "--district", "AN"))
    (tmp_path / "notice.json").write_text("{}", encoding="utf-8")
    lead = ("--lead", "zoe", "--basis", "b", "--why", "w")
    out = ("--out", str(tmp_path / "new.json"))
    wrong = {
        ("dossier", "transfer", "AN.2026/0001", "--district", "LG", *lead): "There is no user 'zoe'",
        ("dossier", "accept", "AN.2026/0001"): "There is no such dossier",
        ("dossier", "refuse", "AN.2026/0001", "--why", "w"): "There is no such dossier",
        ("dossier", "withdraw", "AN.2026/0001", "--why", "w"): "not offered to another district",
        ("dossier", "transfer-document", "AN.2026/0001", *out): "never transferred",
        ("dossier", "package", "AN.2026/0001", "--to", "BKA"): "No folder is named",
        ("dossier", "package", "AN.2026/0001", "--to", "BKA", *out): "The legal basis is empty",
        ("dossier", "recall", "AN.2026/0001-P1", "--why", "w", *out): "There is no such package",
        ("dossier", "recall-notice", "AN.2026/0001-P1", *out): "There is no such package",
        ("dossier", "recall-confirmed", "AN.2026/0001-P1", "--words", "w"): "There is no such package",
        ("package", "recall-take", str(tmp_path / "notice.json"), *out): "The notice has no ",
        ("package", "confirmation", "BR-1", *out): "There is no package of that exhibit",
        ("package", "consent", "BR-1", "H1", "--by", "b", "--reference", "r"): "There is no package of that exhibit",
    }
    for words, why in wrong.items():
        done = line(*words)
        assert (done.returncode, why in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "new.json").exists()
    for empty in (("dossier", "offers"), ("dossier", "packages"), ("package", "list")):
        said(line(*empty))
