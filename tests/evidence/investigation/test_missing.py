"""Messages that a capture has left out are told of wherever the conversation is read."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from underseal.cli.main import group
from underseal.evidence.investigation import Investigation
from underseal.evidence.server import answers

from .harbour import AUTHORITY, Harbour
from .test_keys_and_replays import ROOM, Sender, capture, investigation, keys, sent

__all__ = ["investigation"]


def test_messages_that_were_left_out_are_told_of_whether_or_not_a_key_is_held(
    investigation: Investigation, tmp_path: Path
) -> None:
    opened, locked = Sender(), Sender()
    keys(investigation, "KEYS", [opened.key()], tmp_path)
    capture(investigation, "A", [*sent(opened, [1, 2, 6, 9]), *sent(locked, [0, 8])], tmp_path)
    investigation.release()
    case = investigation.under(AUTHORITY)
    assert {(gap.session, gap.first, gap.last, gap.missing) for gap in case.gaps(ROOM)} == {
        (opened.id, 3, 5, 3),
        (opened.id, 7, 8, 2),
        (locked.id, 1, 7, 7),
    }
    capture(investigation, "B", sent(Sender(), [4]), tmp_path)
    investigation.release()
    assert len(case.gaps(ROOM)) == len(investigation.under(AUTHORITY).gaps(ROOM)) == 3


def test_the_command_line_says_at_its_place_what_is_missing(investigation: Investigation, tmp_path: Path) -> None:
    capture(investigation, "A", sent(Sender(), [1, 2, 6, 8]), tmp_path)
    investigation.release()
    root = str(investigation.workspace.root)

    def read(*options: str) -> list[str]:
        done = CliRunner().invoke(
            group, ["read", ROOM, "--workspace", root, "--authority", AUTHORITY, *options], catch_exceptions=False
        )
        assert done.exit_code == 0
        return [line.split()[0] if line[0] == "#" else line for line in done.output.splitlines() if line[0] in "#-"]

    several = "-- at least 3 messages of @ada:harbour.example (@ada:harbour.example) are missing here --"
    one = "-- at least 1 message of @ada:harbour.example (@ada:harbour.example) is missing here --"
    assert read() == ["#0", "#1", several, "#2", one, "#3"]
    (first,) = investigation.under(AUTHORITY).read(ROOM, limit=500).rows.column("time")[:1].to_pylist()
    assert read("--limit", "2") == ["#2", one, "#3"]
    assert read("--limit", "2", "--before", f"{first + 5000}:2") == ["#0", "#1", several]


def test_the_server_says_it_in_words(investigation: Investigation, tmp_path: Path) -> None:
    capture(investigation, "A", sent(Sender(), [1, 6, 8]), tmp_path)
    investigation.release()
    case = investigation.under(AUTHORITY)
    several, one = (answers.gap(gap, name="Ada", zone=case.zone) for gap in case.gaps(ROOM))
    assert (several.reason, several.missing) == ("at least 4 messages of Ada", 4)
    assert one.reason == "at least 1 message of Ada"
    assert (several.end.utc - several.start.utc, several.sender.account) == (5000, "@ada:harbour.example")


def test_a_capture_of_a_real_homeserver_that_is_whole_has_no_gaps(harbour: Harbour) -> None:
    case = harbour.case
    assert [gap for summary in case.conversations() for gap in case.gaps(summary.id)] == []


@pytest.mark.parametrize("room", ["!nowhere:harbour.example"])
def test_nothing_is_told_of_a_conversation_that_is_not_there(harbour: Harbour, room: str) -> None:
    assert harbour.case.gaps(room) == ()
