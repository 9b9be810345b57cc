"""Attributions at the command line: each command with a success and a refusal."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from underseal.core.records import Secret
from underseal.evidence.authority import Draft
from underseal.evidence.casework import Role
from underseal.evidence.intake import Arrival
from underseal.evidence.investigation import create_investigation, open_investigation

from .commands import PASSWORD, CommandLine, Done

SAMPLES = Path(__file__).parents[2] / "samples" / "matrix-jsonl"
AUTHORITY = "BR-1"


@pytest.fixture(scope="session")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds a few messages; not to be changed."""
    folder = tmp_path_factory.mktemp("attribute") / "harbour"
    with create_investigation(folder, "Harbour") as made:
        order = Draft(
            number=AUTHORITY, magistrate="M. Claes", legal_basis="art. 90ter", type="order", accounts="all", rooms="all",
            period="all", valid_from="2020-01-01", valid_to="2999-12-31", zone="UTC",
        )  # fmt: skip
        made.authorities.add(order, user=made.user)
        arrival = Arrival(number="E1", custodian="x", condition="x", received_from="x", received_by="x")
        made.take(SAMPLES / "events.jsonl", arrival, authority=AUTHORITY)
        made.release()
    return folder


@pytest.fixture
def run(
    taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    monkeypatch.setenv("UNDERSEAL_AUTHORITY", AUTHORITY)
    return CommandLine(Path(shutil.copytree(taken, tmp_path / "harbour")), monkeypatch, capsys)


@pytest.fixture
def account(run: CommandLine) -> str:
    with open_investigation(run.workspace) as made:
        return made.under(AUTHORITY, purpose="t").facets("", ("sender",))["sender"][0].value


@pytest.fixture
def number(run: CommandLine, account: str) -> Iterator[str]:
    with open_investigation(run.workspace) as made:
        rows = made.under(AUTHORITY, purpose="t").search(f"from:{account}", limit=1).rows
        yield str(rows.column("number")[0].as_py())


def claimed(run: CommandLine, account: str, number: str, *more: str) -> Done:
    bounds = ("--from", "2020-01-01", "--to", "unknown", "--grade", "strong")
    return run("attribute", "claim", account, "--name", "Ann", *bounds, "--message", number, *more)


def test_the_whole_of_it(run: CommandLine, account: str, number: str, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("a report")
    first = claimed(run, account, number, "--document", str(file), "--statement-against", "her brother had it")
    assert first.returncode == 0, first.stderr
    for words in (
        "A1",
        "Ann (P1)",
        f"for: message #{number}",
        "document report.txt",
        "against: statement: her brother",
    ):
        assert words in first.stdout
    assert json.loads(claimed(run, account, number, "--json").stdout)["person"]["id"] == "P2"
    better = ("--person", "P1", "--from", "unknown", "--to", "unknown", "--grade", "weak", "--message", number)
    assert "supersedes A1" in run("attribute", "supersede", "A1", account, *better).stdout
    assert run("attribute", "withdraw", "A2", "--why", "mistaken").stdout == "Withdrew A2.\n"
    assert [claim["id"] for claim in json.loads(run("attribute", "list", "--json").stdout)] == ["A3"]
    assert "withdrawn by" in run("attribute", "list", "--all").stdout
    assert "Nothing is claimed" in run("attribute", "list", "--account", "@no:one").stdout
    shown = run("attribute", "show", "A3").stdout
    assert shown.index("A1  ") < shown.index("superseded by A3") < shown.index("A3  ")

    assert run("attribute", "merge", "P1", "P2", "--why", "one fingerprint").returncode == 0
    assert "P1 = P2" in run("person").stdout
    assert "M1  P2 is one with P1" in run("person", "P2").stdout
    assert run("attribute", "part", "M1", "--why", "no").returncode == 0
    assert [found["id"] for found in json.loads(run("person", "--json").stdout)] == ["P1", "P2"]
    assert json.loads(run("person", "P1", "--json").stdout)["person"]["names"] == ["Ann"]

    proof = tmp_path / "a3.json"
    assert run("attribute", "export", "A3", str(proof), "--messages").returncode == 0
    verified = run("verify", str(proof))
    assert verified.returncode == 0, verified.stdout
    assert "Claim A3" in verified.stdout
    assert "exists already" in run("attribute", "export", "A3", str(proof)).stderr
    proof.write_text(proof.read_text().replace("Ann", "Eve"))
    assert run("verify", str(proof)).returncode == 1


def test_an_account_is_described(run: CommandLine, account: str) -> None:
    told = run("account", account)
    assert told.returncode == 0, told.stderr
    assert f"from:{account}" in told.stdout
    profile = json.loads(run("account", account, "--json").stdout)["profile"]
    hour = next(hour for hour in profile["hours"] if hour["count"])
    queries = run("account", account, "--hour", str(hour["hour"])).stdout
    assert queries.startswith(f"from:{account} ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("account", "@nobody"), "names the account"),
        (("person", "P9"), "There is no person"),
        (("attribute", "show", "A9"), "There is no attribution"),
        (("attribute", "withdraw", "A9", "--why", "x"), "There is no attribution"),
        (("attribute", "export", "A9", "nowhere.json"), "There is no attribution"),
        (("attribute", "merge", "P1", "P2", "--why", "x"), "There is no person"),
        (("attribute", "part", "M1", "--why", "x"), "There is no merge"),
        (("attribute", "list", "--at", "yesterday"), "not a date"),
    ],
)
def test_what_is_not_there_is_said(run: CommandLine, words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.returncode == 1
    assert told in done.stderr


POINT = {"kind": "location", "start": "2020-01-01", "end": "2020-01-01", "source": "x"}
POINT_FILE = json.dumps({"supporting": [{**POINT, "area": {"type": "Point", "coordinates": [1, 2]}}]})


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ("x", "is not JSON"),
        ("[]", "not an object with the lists"),
        ('{"supporting": {}}', "not an object with the lists"),
        (POINT_FILE, "never a point"),
    ],
)
def test_bad_evidence_stores_nothing(run: CommandLine, account: str, tmp_path: Path, evidence: str, told: str) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(evidence)
    done = claimed(run, account, "0", "--evidence", str(file))
    assert done.returncode == 1
    assert told in done.stderr
    assert "Nothing is claimed" in run("attribute", "list").stdout


def test_without_an_authority_or_the_role_nobody_claims(run: CommandLine, account: str, number: str) -> None:
    for done in (claimed(run, account, number, "--authority", " "), run("account", account, "--authority", " ")):
        assert done.returncode == 3
        assert "No authority is named" in done.stderr
    with open_investigation(run.workspace) as made:
        secret = Secret(PASSWORD.encode())
        made.people.add("anna", Role.ADMINISTRATOR, secret)
        made.acting_as(made.casework.users.actor("anna")).people.add("maud", Role.MAGISTRATE, secret)
    words = ("--user", "maud", "attribute", "withdraw", "A1", "--why", "x")
    done = run(*words, UNDERSEAL_PASSWORD=PASSWORD)
    assert done.returncode == 3
    assert "does not allow this" in done.stderr
