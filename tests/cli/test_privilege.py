"""Privileged material on the command line: what is said, refused, and shown to whom."""

import json

from .commands import PASSWORD, CommandLine, Done

AUTHORITY = "BR-1"


def enter_authority(line: CommandLine, **variables: str) -> None:
    done = line(
        "authority", "add", AUTHORITY, "--magistrate", "M. Claes", "--legal-basis", "art. 90ter", "--account", "all", "--room",
        "all", "--period", "all", "--valid-from", "2020-01-01", "--valid-to", "2099-12-31", **variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def declare(line: CommandLine, account: str, *words: str, **variables: str) -> Done:
    return line(
        "privilege", "declare", account, "--as", "lawyer", "--proof", "card of the bar", "--authority", AUTHORITY, *words,
        **variables,
    )  # fmt: skip


def test_a_declaration_is_entered_and_cannot_be_decided_by_the_one_person_of_a_workspace(single: CommandLine) -> None:
    enter_authority(single)
    done = declare(single, "@lawyer:quay", "--unseen", "--from", "2026-03-01", "--to", "2026-03-31")
    assert (done.returncode, done.stderr) == (0, "")
    assert "declaration 1" in done.stdout
    listed = single("privilege", "list", "--authority", AUTHORITY)
    assert "2026-03-01T00:00:00+00:00 / 2026-04-01T00:00:00+00:00" in listed.stdout
    assert "Withheld: 1 account, 0 conversations, 0 messages." in listed.stdout
    assert "underseal user add NAME --role filter" in listed.stdout
    refused = single("privilege", "verify", "1", "--why", "x", "--authority", AUTHORITY)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "no named users" in refused.stderr


def test_what_is_wrong_is_said_and_enters_nothing(single: CommandLine) -> None:
    enter_authority(single)
    for done, words in (
        (declare(single, "@lawyer:quay"), "Nothing has been released yet."),
        (declare(single, "@lawyer:quay", "--unseen", "--from", "2026-03-02", "--to", "2026-03-01"), "reversed"),
        (declare(single, "@lawyer:quay", "--unseen", "--from", "soon"), "'soon' is not a date"),
        (declare(single, "@lawyer:quay", "--unseen", "--authority", "BR-0"), "no authority 'BR-0'"),
        (single("privilege", "suspect", "--why", "x", "--authority", AUTHORITY), "Name one thing"),
        (single("privilege", "rules", "--run"), "Nothing has been released yet."),
    ):
        assert done.returncode in (1, 3), done.stdout
        assert words in done.stderr
    told = json.loads(single("privilege", "list", "--json", "--authority", AUTHORITY).stdout)
    assert told == {
        "declarations": [],
        "decisions": None,
        "withheld": {"account": 0, "conversation": 0, "message": 0},
        "filter_officer": False,
    }


def test_the_filter_officer_decides_and_sees_why(office: CommandLine) -> None:
    anna, ines, fatma = ({"UNDERSEAL_USER": name, "UNDERSEAL_PASSWORD": PASSWORD} for name in ("anna", "ines", "fatma"))
    assert office("user", "add", "fatma", "--role", "filter", "--password-file", "-", **anna).returncode == 0
    enter_authority(office, **ines)
    assert declare(office, "@lawyer:quay", "--unseen", **ines).returncode == 0
    assert office("privilege", "verify", "1", "--why", "x", "--authority", AUTHORITY, **ines).returncode == 3
    done = office("privilege", "verify", "1", "--why", "the bar knows them", "--authority", AUTHORITY, **fatma)
    assert (done.returncode, done.stdout.strip()) == (0, "Verified the declaration 1: its account stays withheld.")
    listed = office("privilege", "list", "--authority", AUTHORITY, **fatma).stdout
    assert "the bar knows them" in listed
    assert "@lawyer:quay (all)" in listed
    assert "the bar knows them" not in office("privilege", "list", "--authority", AUTHORITY, **ines).stdout
    history = json.loads(office("privilege", "list", "--history", "--json", "--authority", AUTHORITY, **fatma).stdout)
    assert [decision["state"] for decision in history["decisions"]] == ["suspected", "confirmed"]
    given = office("privilege", "release", "--account", "@lawyer:quay", "--why", "y", "--authority", AUTHORITY, **fatma)
    assert given.stdout.strip() == "Given back to the investigation (decision 3)."


def test_the_rules_are_shown(single: CommandLine) -> None:
    shown = single("privilege", "rules")
    assert "rules.toml:" in shown.stdout
    assert "presents itself as counsel" in shown.stdout


def test_nothing_is_destroyed_without_a_decision_the_words_and_the_filter_team(office: CommandLine) -> None:
    anna, ines, fatma = ({"UNDERSEAL_USER": name, "UNDERSEAL_PASSWORD": PASSWORD} for name in ("anna", "ines", "fatma"))
    assert office("user", "add", "fatma", "--role", "filter", "--password-file", "-", **anna).returncode == 0
    enter_authority(office, **ines)
    for words, user, code, said in (
        (("destroy", "1"), fatma, 1, "Say one of --preview and --confirm."),
        (("destroy", "1", "--preview", "--confirm", "x"), fatma, 1, "Say one of --preview and --confirm."),
        (("destroy", "1", "--preview"), fatma, 1, "There is no decision 1."),
        (("destroy", "1", "--confirm", "x"), fatma, 1, "There is no decision 1."),
        (("receipt", "1"), fatma, 1, "There is no destruction 1."),
        (("destroy", "1", "--confirm", "x"), ines, 3, "does not allow this (erased)"),
        (("destroyed",), ines, 3, "does not allow this (quarantine_listed)"),
    ):
        done = office("privilege", *words, "--authority", AUTHORITY, **user)
        assert (done.returncode, done.stdout) == (code, ""), done.stdout
        assert said in done.stderr
    assert office("privilege", "destroyed", "--json", "--authority", AUTHORITY, **fatma).stdout == "[]\n"
