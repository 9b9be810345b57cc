"""The audit: every act is recorded as it was, found again, and cannot be changed unnoticed."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto import SigningKey
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, IntegrityError
from underseal.evidence.audit import Act, Audit, AuditEntry, Group, timestamp

from .recording import record

KEY = SigningKey.generate()
START = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    seconds = count()
    return Audit.create(tmp_path / "audit", KEY, clock=lambda: START + timedelta(seconds=next(seconds)))


def test_an_act_is_recorded_as_it_was(audit: Audit) -> None:
    number = record(
        audit,
        Act.SEARCHED,
        user="ann",
        authority="BR-2026/17",
        purpose="the boat",
        details={"query": '"pilot boat"', "count": 3},
    )
    (entry,) = audit.entries()
    assert number == 0
    assert entry == AuditEntry(
        number=0,
        time="2026-03-09T04:00:00.000Z",
        user="ann",
        authority="BR-2026/17",
        act="searched",
        group="consultation",
        purpose="the boat",
        details={"query": '"pilot boat"', "count": 3},
        data=entry.data,
    )
    assert entry.data == (
        b'{"act":"searched","authority":"BR-2026/17","details":{"count":3,"query":"\\"pilot boat\\""},'
        b'"group":"consultation","number":0,"purpose":"the boat","time":"2026-03-09T04:00:00.000Z","user":"ann"}'
    )


def test_the_system_s_own_clock_is_utc(tmp_path: Path) -> None:
    audit = Audit.create(tmp_path / "audit", KEY)
    before = timestamp(datetime.now(UTC))
    record(audit, Act.LOGIN, user="ann")
    assert before <= audit.entries()[0].time <= timestamp(datetime.now(UTC))


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    brussels = timezone(timedelta(hours=1))
    assert timestamp(datetime(2026, 1, 1, 0, 30, 0, 987_654, tzinfo=brussels)) == "2025-12-31T23:30:00.987Z"
    with pytest.raises(CallerError, match="zone"):
        timestamp(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


def test_the_catalogue_is_fixed() -> None:
    names = {group: sorted(act.value for act in Act if act.group is group) for group in Group}
    assert names == {
        "collection": [
            "document_taken",
            "exhibit_taken",
            "intake_finished",
            "intake_resumed",
            "intake_stopped",
        ],
        "alteration": [
            "authority_added",
            "authority_withdrawn",
            "coded",
            "consent_entered",
            "decrypted",
            "dossier_changed",
            "dossier_closed",
            "dossier_opened",
            "dossier_reopened",
            "merged",
            "package_recalled",
            "privilege_confirmed",
            "privilege_declared",
            "privilege_rejected",
            "privilege_rules_run",
            "privilege_suspected",
            "recall_confirmed",
            "recall_taken",
            "settings_changed",
            "source_excluded",
            "source_readmitted",
            "threat_entered",
            "transfer_accepted",
            "transfer_offered",
            "transfer_refused",
            "transfer_withdrawn",
            "workspace_created",
        ],
        "consultation": [
            "account_read",
            "attributions_read",
            "audit_read",
            "authorities_listed",
            "conversation_read",
            "conversations_listed",
            "disclosure_previewed",
            "dossier_read",
            "dossiers_listed",
            "exclusions_read",
            "exhibit_read",
            "failures_read",
            "media_read",
            "notices_read",
            "offers_read",
            "overview_read",
            "packages_read",
            "person_read",
            "privilege_listed",
            "provenance_read",
            "quarantine_listed",
            "record_read",
            "release_read",
            "releases_compared",
            "searched",
            "threats_read",
        ],
        "disclosure": [
            "audit_exported",
            "disclosed",
            "disclosure_discarded",
            "disclosure_fetched",
            "exported",
            "proof_made",
        ],
        "combination": [
            "attributed",
            "attribution_withdrawn",
            "dossiers_met",
            "persons_merged",
            "persons_parted",
            "release_abandoned",
            "released",
        ],
        "erasure": ["erased"],
        "security": [
            "key_created",
            "key_used",
            "ledger_repaired",
            "login",
            "login_failed",
            "logout",
            "password_changed",
            "refused",
            "user_added",
            "user_changed",
            "user_disabled",
            "users_listed",
            "verified",
        ],
    }


@pytest.mark.parametrize(
    ("typed", "kept"), [("a\ud800b", "a\ufffdb"), ("\ud83d\ude00", "\U0001f600"), ("NUL\x00\r\n", "NUL\x00\r\n")]
)
def test_odd_text_never_keeps_an_act_out(audit: Audit, typed: str, kept: str) -> None:
    record(audit, Act.SEARCHED, user=typed, authority=typed, purpose=typed, details={"query": typed})
    (entry,) = audit.entries()
    assert (entry.user, entry.authority, entry.purpose, entry.details["query"]) == (kept, kept, kept, kept)
    audit.verify()


def test_a_long_query_is_kept_by_its_beginning_and_its_digest(audit: Audit) -> None:
    record(audit, Act.SEARCHED, user="ann", details={"query": "\u6f22" * 5_000_000})
    query = str(audit.entries()[0].details["query"])
    assert query.startswith("\u6f22" * 10_000 + " [cut: 5000000 characters, SHA-256 ")
    assert len(query) < 10_200


@pytest.mark.parametrize("value", [Secret(b"hunter2"), b"hunter2", ["hunter2"], 1.5, None])
def test_only_texts_and_numbers_are_details_and_the_error_keeps_quiet(audit: Audit, value: object) -> None:
    with pytest.raises(CallerError, match="detail 'key'") as refused:
        record(audit, Act.KEY_USED, user="ann", details={"key": cast("str", value)})
    assert "hunter2" not in str(refused.value)
    assert audit.size == 0


def test_nobody_acts_without_a_name(audit: Audit) -> None:
    with pytest.raises(CallerError, match="name of who acts"):
        record(audit, Act.LOGIN, user="")


USERS, AUTHORITIES, ACTS = ("ann", "ben", 'ann","user":"ben'), ("", "BR-1", "BR-2"), (Act.SEARCHED, Act.RECORD_READ)
deeds = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(USERS), st.sampled_from(AUTHORITIES)), max_size=30)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=deeds,
    user=st.sampled_from(("", *USERS)),
    authority=st.sampled_from(AUTHORITIES),
    act=st.sampled_from(("", *ACTS)),
    oldest_first=st.booleans(),
    limit=st.integers(1, 5),
    since=st.integers(0, 30),
    until=st.integers(0, 30),
)
def test_pages_hold_exactly_what_was_asked_for(
    *,
    tmp_path_factory: pytest.TempPathFactory,
    deeds: list[tuple[Act, str, str]],
    user: str,
    authority: str,
    act: str,
    oldest_first: bool,
    limit: int,
    since: int,
    until: int,
) -> None:
    seconds = count()
    audit = Audit.create(
        tmp_path_factory.mktemp("a") / "audit", KEY, clock=lambda: START + timedelta(seconds=next(seconds))
    )
    for done, who, under in deeds:
        record(audit, done, user=who, authority=under, details={"user": "ben", "act": "searched", "authority": "BR-1"})
    first, last = (timestamp(START + timedelta(seconds=bound)) for bound in (since, until))
    expected = [
        number
        for number, (done, who, under) in enumerate(deeds)
        if user in ("", who) and authority in ("", under) and act in ("", done) and since <= number < until
    ]

    def pages() -> list[int]:
        numbers: list[int] = []
        while page := audit.entries(
            after=numbers[-1] if numbers else None,
            limit=limit,
            oldest_first=oldest_first,
            user=user,
            authority=authority,
            act=act,
            since=first,
            until=last,
        ):
            assert len(page) <= limit
            numbers += [entry.number for entry in page]
        return numbers

    assert pages() == (expected if oldest_first else expected[::-1])
    assert audit.count(user=user, authority=authority, act=act, since=first, until=last) == len(expected)


def test_a_count_goes_on_where_it_was(audit: Audit) -> None:
    for number in range(5):
        record(audit, Act.SEARCHED, user="ann")
        record(audit, Act.RECORD_READ, user="ben")
        assert audit.count(user="ann") == number + 1
        assert audit.count(act="record_read") == number + 1
        assert audit.count() == audit.size == 2 * number + 2


def test_many_selections_are_counted_without_being_kept(audit: Audit) -> None:
    record(audit, Act.SEARCHED, user="ann")
    for number in range(200):
        assert audit.count(user=f"user {number}") == 0
    assert audit.count(user="ann") == 1


def test_a_repair_is_an_act_of_its_own(audit: Audit, tmp_path: Path) -> None:
    record(audit, Act.LOGIN, user="ann")
    with (tmp_path / "audit" / "entries.jsonl").open("ab") as file:
        file.write(b'{"act":"torn')
    record(audit, Act.LOGIN, user="ben")
    repair = audit.entries(act=Act.LEDGER_REPAIRED)[0]
    (aside,) = audit.aside()
    assert repair.user == "underseal"
    assert repair.details == {"file": aside.file, "size": 12, "sha256": aside.sha256}
    assert [entry.act for entry in audit.entries(oldest_first=True)] == ["login", "ledger_repaired", "login"]
    assert audit.verify().size == 3


def test_a_changed_entry_is_named(audit: Audit, tmp_path: Path) -> None:
    for user in ("ann", "ben", "cas"):
        record(audit, Act.LOGIN, user=user)
    path = tmp_path / "audit" / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"ben"', b'"bob"'))
    with pytest.raises(IntegrityError, match="Entry 1 of the ledger"):
        audit.verify()
    with pytest.raises(IntegrityError, match="Entry 1 of the ledger was changed"):
        audit.entries()


def test_a_damaged_index_is_made_anew(audit: Audit, tmp_path: Path) -> None:
    record(audit, Act.LOGIN, user="ann")
    (tmp_path / "audit" / "index.bin").write_bytes(bytes(40))
    with pytest.raises(IntegrityError, match="entries are whole"):
        audit.verify()
    audit.rebuild_index()
    assert audit.verify().size == 1


def test_a_later_state_is_proved_to_keep_an_earlier_one(audit: Audit) -> None:
    record(audit, Act.LOGIN, user="ann")
    kept = audit.checkpoint()
    record(audit, Act.LOGOUT, user="ann")
    assert audit.consistency_proof(kept)["format"] == "underseal/consistency-proof/1"


def test_an_audit_is_made_once_and_never_silently(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="no checkpoint"):
        Audit(tmp_path / "audit", KEY)
    Audit.create(tmp_path / "audit", KEY)
    with pytest.raises(ConflictError):
        Audit.create(tmp_path / "audit", KEY)
    assert Audit(tmp_path / "audit", KEY).size == 0
