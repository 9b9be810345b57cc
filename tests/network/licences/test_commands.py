"""Each command of `underseal network licence`: what it does, and what it refuses in one sentence."""

import re
from pathlib import Path

import pytest

from underseal.core.records import Secret
from underseal.network.licences import Shop, State

from .command_line import CommandLine
from .shelf import NORTH, NOW, OFFICE, PASSWORD, PRODUCT, RENEWAL, RETRY, SOUTH, Shelf

NEW = "a longer battery staple"


def test_a_product_is_added_and_listed(line: CommandLine) -> None:
    said = line.says("product", "add", "Tokyo [new]", "--price", "90000 JPY", "--months", "12", "--zone", "Asia/Tokyo")
    assert said == "Added Tokyo [new]: 12 months, 90000 JPY.\n"
    listed = line.says("product", "list")
    assert all(word in listed for word in ("Tokyo [new]", "90000 JPY", "Asia/Tokyo", "device", PRODUCT, "1200.00 EUR"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("x", "--price", "12,00 EUR"), "not an amount of money"),
        (("x", "--price", "1 EUR", "--months", "0"), "1 to 120 months"),
        (("x", "--price", "1 EUR", "--zone", "Mars"), "no zone"),
        ((PRODUCT, "--price", "1 EUR"), "already"),
    ],
)
def test_a_product_that_cannot_be_is_refused(line: CommandLine, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in line.refuses("product", "add", *words)


def test_a_reseller_is_added_listed_kept_out_and_let_in_again(line: CommandLine, shelf: Shelf) -> None:
    said = line.says("reseller", "add", "Östra", "--quota", "5", "--password-file", "-", typed=f"{NEW}\n")
    assert said == "Added Östra, who may hold 5 unused codes.\n"
    assert Shop.enter(shelf.licences, "Östra", Secret(NEW.encode())).name == "Östra"
    assert line.says("reseller", "disable", "Östra", "--why", "late") == "Disabled Östra.\n"
    assert re.search(r"Östra.*0.*5.*disabled", line.says("reseller", "list"))
    assert line.says("reseller", "enable", "Östra") == "Enabled Östra.\n"
    assert "disabled" not in line.says("reseller", "list")
    assert line.says("reseller", "quota", "Östra", "7") == "Östra may hold 7 unused codes.\n"
    assert shelf.licences.resellers.get("Östra").quota == 7


def test_a_reseller_gets_another_password(line: CommandLine, shelf: Shelf) -> None:
    said = line.says("reseller", "password", NORTH, "--password-file", "-", typed=NEW)
    assert said == f"Changed the password of {NORTH}.\n"
    assert Shop.enter(shelf.licences, NORTH, Secret(NEW.encode())).name == NORTH


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "x", "--quota", "-1", "--password-file", "-"), "quota"),
        (("add", NORTH, "--quota", "1", "--password-file", "-"), "already"),
        (("disable", "nemo", "--why", "x"), '"nemo"'),
        (("enable", NORTH), "not disabled"),
        (("quota", "nemo", "1"), '"nemo"'),
        (("password", "nemo", "--password-file", "-"), '"nemo"'),
        (("pay", "nemo", "1 EUR"), '"nemo"'),
        (("pay", NORTH, "1"), "not an amount"),
        (("pay", NORTH, "0 EUR"), "nothing"),
        (("balance", "nemo"), '"nemo"'),
        (("statement", "nemo"), '"nemo"'),
    ],
)
def test_what_cannot_be_done_to_a_reseller_is_refused(line: CommandLine, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in line.refuses("reseller", *words, typed=NEW)


def test_a_short_password_is_refused(line: CommandLine) -> None:
    assert "12 characters" in line.refuses(
        "reseller", "add", "x", "--quota", "1", "--password-file", "-", typed="short"
    )


def test_a_password_file_that_cannot_be_read_is_a_sentence(line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for file, sentence in (("none", "No such file"), ("bytes", "not UTF-8"), ("", "Is a directory")):
        words = ("reseller", "password", NORTH, "--password-file", str(tmp_path / file))
        assert sentence in line.refuses(*words)


def test_a_payment_lowers_the_balance_which_says_as_of_when(line: CommandLine, shelf: Shelf) -> None:
    line.says("issue", NORTH, PRODUCT, "2")
    assert line.says("reseller", "pay", NORTH, "1000.00 EUR", "--note", "bank 7").startswith("Entered 1000.00 EUR of")
    line.says("reseller", "pay", NORTH, "--", "-1.00 EUR")
    said = line.says("reseller", "balance", NORTH)
    assert all(word in said for word in ("2400.00 EUR", "999.00 EUR", "1401.00 EUR"))
    assert said.endswith(f"As of entry {shelf.licences.verify().size - 1} of the ledger.\n")
    assert SOUTH not in said
    lines = line.says("reseller", "statement", NORTH)
    assert re.search(r"paid .*-1000.00 EUR .*bank 7.*\n.*issued .* 2400.00 EUR .*2 x Six months", lines)


def test_codes_go_into_a_file_that_only_the_owner_reads(line: CommandLine, shelf: Shelf, tmp_path: Path) -> None:
    codes, sheet = tmp_path / "codes.txt", tmp_path / "sheet.pdf"
    said = line.says("issue", NORTH, PRODUCT, "3", "--codes", str(codes), "--sheet", str(sheet))
    assert said.startswith("Issued batch ")
    written = [text.split() for text in codes.read_text(encoding="utf-8").splitlines()]
    assert [serial.split("-")[1] for serial, _ in written] == ["1", "2", "3"]
    assert not any(code in said for _, code in written)
    assert [file.stat().st_mode & 0o777 for file in (codes, sheet)] == [0o600, 0o600]
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert shelf.licences.activate(written[0][1], retry_key=RETRY, at=NOW).fresh


def test_codes_go_to_the_terminal_where_no_file_is_named(line: CommandLine, shelf: Shelf) -> None:
    _, first, second = line.says("issue", NORTH, PRODUCT, "2").splitlines()
    assert shelf.licences.activate(first.split()[1], retry_key=RETRY, at=NOW).fresh
    assert shelf.licences.activate(second.split()[1], retry_key=RETRY, at=NOW).fresh


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nemo", PRODUCT, "1"), '"nemo"'),
        ((NORTH, "nothing", "1"), '"nothing"'),
        ((NORTH, PRODUCT, "0"), "1 to 5,000"),
        ((NORTH, PRODUCT, "1", "--codes", "{folder}/taken"), "exists already"),
        ((NORTH, PRODUCT, "1", "--sheet", "{folder}/taken"), "exists already"),
        ((NORTH, PRODUCT, "1", "--codes", "{folder}/none/codes"), "no folder"),
        ((NORTH, "Шесть", "1", "--sheet", "{folder}/new.pdf"), "fonts have no"),
    ],
)
def test_nothing_is_issued_that_could_not_be_handed_over(
    line: CommandLine, shelf: Shelf, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "taken").write_text("mine")
    before = shelf.licences.verify().size
    assert sentence in line.refuses("issue", *(word.format(folder=tmp_path) for word in words))
    assert shelf.licences.verify().size == before
    assert (tmp_path / "taken").read_text() == "mine"


def test_codes_that_cannot_be_written_can_be_made_void(line: CommandLine, tmp_path: Path) -> None:
    both = str(tmp_path / "one-file-for-both")
    done = line("issue", NORTH, PRODUCT, "3", "--codes", both, "--sheet", both)
    assert done.returncode == 70
    (hint,) = re.findall(r"underseal network licence (void \d+ --why lost)", done.stderr)
    assert line.says(*hint.split()).count("void: 1200.00 EUR less for north") == 3


def test_codes_are_listed_without_a_code(line: CommandLine, shelf: Shelf) -> None:
    code, pin = shelf.code(), shelf.phone()
    shelf.code(RENEWAL, SOUTH)
    said = line.says("codes", "--reseller", NORTH)
    assert pin in said
    assert SOUTH not in said
    assert code not in said
    assert said.endswith("In all: 1 unused, 1 activated, 0 renewed, 0 void\n")
    assert pin not in line.says("codes", "--state", "unused")
    assert line.says("codes", "--limit", "1").count("1200.00 EUR") == 0  # the newest is another product
    assert "150.00 EUR" in line.says("codes", "--product", RENEWAL)
    assert "serial of a code" in line.refuses("codes", "--before", "x")


def test_a_code_is_made_void_by_its_serial(line: CommandLine, shelf: Shelf) -> None:
    batch = shelf.licences.codes.issue(NORTH, PRODUCT, 1, at=NOW, by=OFFICE)
    said = line.says("void", batch.serial(1), "--why", "torn")
    assert said == f"Made {batch.serial(1)} void: 1200.00 EUR less for north.\n"
    assert "is void" in line.refuses("void", batch.serial(1), "--why", "torn")
    assert "no code" in line.refuses("void", "99999-1", "--why", "torn")


def test_licences_are_listed_by_their_end(line: CommandLine, shelf: Shelf) -> None:
    pin = shelf.phone()
    said = line.says("list", "--ended", "--reseller", NORTH)
    assert re.search(rf"{pin}.*2026-09-09T04:00:00\.000Z.*north.*Six months", said)
    assert pin not in line.says("list", "--ended", "--reseller", SOUTH)
    assert line("list", "--within", "0").returncode == 2


def test_a_licence_is_shown_with_all_that_was_done_to_it(line: CommandLine, shelf: Shelf) -> None:
    pin = shelf.phone()
    shelf.licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
    said = line.says("show", pin.lower())
    assert said.startswith(f"{pin}: suspended until 2026-09-09T04:00:00.000Z\n")
    assert "operator anna  suspended  why unpaid" in said
    assert "No licence has the PIN 222222" in line.refuses("show", "222222")
    assert "not a PIN" in line.refuses("show", "nobody")


def test_a_licence_is_renewed_with_a_code_that_is_no_argument(line: CommandLine, shelf: Shelf) -> None:
    pin, code = shelf.phone(), shelf.code(RENEWAL)
    said = line.says("renew", pin, "--code-file", "-", typed=f"{code}\n")
    assert re.fullmatch(rf"{pin}: active until \S+Z\n", said)
    refused = line.refuses("renew", pin, "--code-file", "-", typed=f"{code}\n")
    assert "used before" in refused
    assert code not in refused


def test_a_licence_is_extended_for_a_reason(line: CommandLine, shelf: Shelf) -> None:
    pin = shelf.phone()
    assert line.says("renew", pin, "--months", "2", "--why", "outage").startswith(f"{pin}: active until ")
    assert "--months together with --why" in line.refuses("renew", pin, "--months", "2")
    assert "1 to 120" in line.refuses("renew", pin, "--months", "0", "--why", "outage")


def test_a_licence_is_suspended_resumed_and_revoked(line: CommandLine, shelf: Shelf) -> None:
    pin = shelf.phone()
    assert line.says("suspend", pin, "--why", "unpaid") == f"Suspended {pin}.\n"
    assert "suspended already" in line.refuses("suspend", pin, "--why", "unpaid")
    assert line.says("resume", pin).startswith(f"Resumed {pin}: ")
    assert "not suspended" in line.refuses("resume", pin)
    assert line.says("revoke", pin, "--why", "stolen") == f"Revoked {pin}.\n"
    assert shelf.licences.standing(pin, NOW).state is State.REVOKED
    for words in (("revoke", pin, "--why", "x"), ("transfer", pin), ("resume", pin)):
        assert "revoked" in line.refuses(*words)


def test_a_transfer_code_moves_a_licence(line: CommandLine, shelf: Shelf, tmp_path: Path) -> None:
    pin = shelf.phone()
    code = line.says("transfer", pin).strip()
    assert shelf.licences.activate(code, retry_key=RETRY, at=NOW).pin == pin
    said = line.says("transfer", pin, "--codes", str(tmp_path / "code"))
    assert (tmp_path / "code").stat().st_mode & 0o777 == 0o600
    written = (tmp_path / "code").read_text().split()[1]
    assert written not in said
    assert shelf.licences.activate(written, retry_key=RETRY, at=NOW).pin == pin
    assert "exists already" in line.refuses("transfer", pin, "--codes", str(tmp_path / "code"))
    done = line("transfer", pin, "--codes", str(tmp_path / ("x" * 250)))  # too long for what is written aside
    assert (done.returncode, "Issue another one" in done.stderr) == (70, True)


def test_notices_come_once(line: CommandLine, shelf: Shelf) -> None:
    pin = shelf.phone()
    ends = shelf.licences.extend(pin, 1, why="outage", at=NOW, by=OFFICE).ends
    assert ends is not None
    assert line.says("notices").endswith(" notices\n")
    assert line.says("notices") == "0 notices\n"


def test_a_sound_ledger_is_said_to_be_and_a_changed_one_is_refused(line: CommandLine, shelf: Shelf) -> None:
    shelf.phone()
    assert re.match(r"Sound: \d+ entries, root [0-9a-f]{64}; the database says the same\.", line.says("verify"))
    file = shelf.network.licences / "ledger" / "entries.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"quota":10', b'"quota":99', 1))
    assert "Entry 2 of the ledger" in line.refuses("verify")


def test_the_nearest_network_upwards_is_taken(
    line: CommandLine, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(shelf.network.licences)
    assert line("product", "list", network="").returncode == 0
    monkeypatch.chdir(tmp_path)
    refused = line("product", "list", network="")
    assert refused.returncode == 1
    assert "There is no network in" in refused.stderr
    assert "not a network" in line("product", "list", "--network", str(tmp_path)).stderr


def test_no_command_shows_a_password_hash(line: CommandLine, shelf: Shelf) -> None:
    pin = shelf.phone()
    shelf.licences.resellers.set_password(NORTH, PASSWORD, at=NOW, by=OFFICE)
    for words in (("reseller", "list"), ("show", pin), ("codes",), ("list",), ("verify",)):
        assert "argon2" not in line.says(*words)
