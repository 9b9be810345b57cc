"""What is in a pack, and what is not: schedules, redactions, keys that open no more than they should, the audit's extract."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from vodozemac import ExportedSessionKey, GroupSession, InboundGroupSession, MegolmDecryptionException, MegolmMessage

from underseal.core.crypto import key_export
from underseal.core.ledger import SignedDocument, read_document
from underseal.core.records import Secret
from underseal.core.verify import verify_file
from underseal.core.verify.disclosure.zipped import zip_folder
from underseal.core.verify.megolm import open_with_message_key
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError, RefusedError
from underseal.evidence.audit import Act
from underseal.evidence.casework import Actor, Role
from underseal.evidence.disclosure import Disclosed, Head
from underseal.evidence.disclosure.forms import ftm
from underseal.evidence.dossier.coding import Choice
from underseal.evidence.dossier.exclusions import ExclusionDraft, Source, SourceKind
from underseal.evidence.identity import Draft as Claim
from underseal.evidence.privilege import Named

from .quay import ADA, BEN, CAS, Quay, Sender, everything, lines_of, payload_of

PLACEHOLDER = "█████"


def events_of(pack: Path) -> list[str]:
    return [line["event"] for line in lines_of(pack)]


def left_out(pack: Path) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads((pack / "left_out.json").read_bytes())
    return found


def sessions_of(pack: Path) -> dict[str, dict[str, object]]:
    return {each["session"]: each for each in json.loads((pack / "keys.json").read_bytes())["sessions"]}


def schedule(pack: Path, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((pack / "schedules" / f"{name}.json").read_bytes())["rows"]
    return rows


def acts(quay: Quay) -> list[str]:
    return [entry.act for entry in quay.investigation._audit.entries(limit=1000, oldest_first=True)]


def test_a_pack_holds_items_and_their_context_and_is_proved(quay: Quay) -> None:
    pack = quay.pack(quay.dossier("$a2", "$c0", "$open", before=1, after=1))
    report = verify_file(pack, trusted=quay.investigation.workspace.public_key.hex)
    assert report.ok, report.summary
    lines = lines_of(pack)
    assert {line["event"] for line in lines if line["item"]} == {"$a2", "$c0", "$open"}
    assert [line["line"] for line in lines] == [*range(1, len(lines) + 1)]
    shown = {line["event"]: line for line in lines}
    assert shown["$a2"]["text"] == "box 2 stands at gate 2"
    assert (shown["$c0"]["text"], shown["$c0"]["verdict"], shown["$c0"]["message_key"]) == (None, "no_key", None)
    assert (shown["$open"]["ciphertext"], shown["$open"]["text"]) == (None, "in the open")
    assert payload_of(pack)["counts"]["used"] == len(lines)


def test_a_zip_file_holds_the_same_and_is_the_same_for_the_same_files(quay: Quay, tmp_path: Path) -> None:
    dossier = quay.dossier("$a2")
    folder, zipped = quay.pack(dossier), quay.pack(dossier, "pack.zip", zipped=True)
    assert verify_file(zipped).ok
    for name in ("one.zip", "two.zip"):
        with (tmp_path / name).open("wb") as file:
            zip_folder(folder, file)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert verify_file(tmp_path / "one.zip").ok


def test_of_a_redacted_message_nothing_is_enclosed_that_would_show_it(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$a2", "$a3")
    number = quay.number("$a2")
    row = quay.case().record(number)
    quay.disclosure().redact(dossier, number, "text", why="a third party")
    pack = quay.pack(dossier)
    assert verify_file(pack).ok
    (hidden,) = (line for line in lines_of(pack) if line["record"] == number)
    assert (hidden["text"], hidden["sender"]) == (PLACEHOLDER, ADA)
    assert hidden["redactions"] == [{"field": "text", "why": "a third party", "by": "root"}]
    assert [hidden[name] for name in ("row", "ciphertext", "raw", "message_key")] == [None] * 4
    data = everything(pack)
    assert b"box 2" not in data
    raw = row["raw"]
    assert isinstance(raw, bytes)
    for secret in (raw, row["raw_sha256"], row["ciphertext_sha256"], row["source_sha256"]):
        assert isinstance(secret, bytes)
        assert secret.hex().encode() not in data
        assert base64.b64encode(secret) not in data
    assert left_out(pack)["redactions"] == [
        {"line": hidden["line"], "field": "text", "why": "a third party", "by": "root"}
    ]


def test_a_message_that_is_redacted_as_a_whole_shows_neither_who_nor_where(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$b1")
    number = quay.number("$b1")
    quay.disclosure().redact(dossier, number, "message", why="a source")
    pack = quay.pack(dossier)
    assert verify_file(pack).ok
    hidden = lines_of(pack)[-1]
    assert hidden["record"] == number
    shown = ("conversation", "sender", "name", "recipients", "text", "event")
    assert [hidden[name] for name in shown] == [PLACEHOLDER, PLACEHOLDER, PLACEHOLDER, [PLACEHOLDER], PLACEHOLDER, ""]
    assert hidden["attached"]["state"] == "redacted"
    assert BEN.encode() not in everything(pack)


def test_a_message_key_opens_its_message_and_no_other(quay: Quay) -> None:
    pack = quay.pack(quay.dossier("$a1", "$a2", "$a3"))
    lines = {line["event"]: line for line in lines_of(pack)}
    session = json.loads(lines["$a2"]["row"])["session"]
    public, key = base64.b64decode(session + "="), base64.b64decode(lines["$a2"]["message_key"])
    for event in ("$a1", "$a2", "$a3"):
        ciphertext = base64.b64decode(lines[event]["ciphertext"])
        if event == "$a2":
            assert open_with_message_key(public, key, ciphertext) == base64.b64decode(lines[event]["raw"])
        else:
            with pytest.raises(IntegrityError):
                open_with_message_key(public, key, ciphertext)


def test_a_session_is_given_from_where_on_all_of_it_is_disclosed(quay: Quay) -> None:
    ada, ben = quay.senders["ada"].id, quay.senders["ben"].id
    pack = quay.pack(quay.dossier("$a3", "$a7", "$a8", "$a9", "$b1"))
    assert verify_file(pack).ok
    found = sessions_of(pack)
    assert found.keys() == {ada}
    assert (found[ada]["from"], found[ada]["opens"]) == (7, 3)
    opener = InboundGroupSession.import_session(ExportedSessionKey(str(found[ada]["exported"])))
    lines = {line["event"]: line for line in lines_of(pack)}
    last, third = (MegolmMessage.from_bytes(base64.b64decode(lines[e]["ciphertext"])) for e in ("$a9", "$a3"))
    assert opener.decrypt(last).plaintext == base64.b64decode(lines["$a9"]["raw"])
    with pytest.raises(MegolmDecryptionException):
        opener.decrypt(third)
    assert ben not in found
    assert sessions_of(quay.pack(quay.dossier("$b3"), "last")).keys() == {ben}


def test_a_session_is_not_given_where_a_message_of_it_is_redacted_or_out_of_scope_or_withheld(quay: Quay) -> None:
    ada = quay.senders["ada"].id
    dossier = quay.dossier("$a7", "$a8", "$a9")
    assert sessions_of(quay.pack(dossier, "whole"))[ada]["from"] == 7
    quay.disclosure().redact(dossier, quay.number("$a8"), "text", why="a test")
    assert sessions_of(quay.pack(dossier, "redacted"))[ada]["from"] == 9
    narrow = quay.authority("NARROW", period=["2026-01-01T00:00:00", "2026-01-01T00:01:25"])
    early = quay.pack(dossier, "scope", authority=narrow)
    assert events_of(early) == ["$a7", "$a8"]
    assert ada not in sessions_of(early)
    quay.investigation.privilege.suspect(Named(record=quay.number("$a9")), why="a lawyer", authority="BR-2026/17")
    withheld = quay.pack(dossier, "withheld")
    assert events_of(withheld) == ["$a7", "$a8"]
    assert ada not in sessions_of(withheld)
    assert payload_of(withheld)["counts"]["used"] == 2
    assert b"$a9" not in everything(withheld)


def test_a_session_is_given_by_the_key_that_opened_it_and_not_by_a_damaged_export(quay: Quay) -> None:
    dan = Sender("@dan:harbour.example")
    quay.capture("D", [dan.send(f"dan {n}", event=f"$d{n}", time=800 + n) for n in range(2)])
    quay.keys("0-DAMAGED", [dan.key(flip=20)])
    quay.keys("WHOLE", [dan.key()])
    quay.investigation.release(workers=1)
    pack = quay.pack(quay.dossier("$d0", "$d1"))
    assert verify_file(pack).ok, verify_file(pack).summary
    assert sessions_of(pack)[dan.id]["opens"] == 2


def test_a_message_of_a_later_release_closes_the_session_of_an_earlier_one(quay: Quay) -> None:
    ben = quay.senders["ben"]
    quay.capture("B", [ben.send("one more", event="$late", time=500)])
    assert quay.investigation.release(workers=1) is not None
    pack = quay.pack(quay.dossier("$b3"), release=1)
    assert verify_file(pack).ok
    assert sessions_of(pack) == {}


def test_the_key_of_an_index_that_was_used_twice_is_given_when_both_messages_are_disclosed(quay: Quay) -> None:
    pickled = GroupSession()
    secret = bytes(32)
    saved = pickled.pickle(secret)
    first, twin = GroupSession.from_pickle(saved, secret), GroupSession.from_pickle(saved, secret)
    session, key = pickled.session_id, InboundGroupSession(pickled.session_key).export_at(0)
    assert key is not None

    def event(sender: GroupSession, text: str, name: str, time: int) -> dict[str, object]:
        payload = {"type": "m.room.message", "room_id": "!r:x", "content": {"msgtype": "m.text", "body": text}}
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "session_id": session,
            "sender_key": "curve",
            "device_id": "PHONE",
            "ciphertext": sender.encrypt(json.dumps(payload).encode()).to_base64(),
        }
        said = {"event_id": name, "type": "m.room.encrypted", "room_id": "!r:x", "sender": ADA, "content": content}
        return said | {"origin_server_ts": 1_767_225_600_000 + time}

    quay.capture("TWINS", [event(first, "to the judge", "$one", 1), event(twin, "to the gang", "$two", 2)])
    held = key_export.ExportedSession(
        room_id="!r:x",
        session_id=session,
        session_key=Secret(key.to_base64().encode()),
        sender_key="curve",
        first_index=0,
    )
    quay.keys("TWINKEY", [held])
    quay.investigation.release(workers=1)
    alone, both = quay.pack(quay.dossier("$one"), "alone"), quay.pack(quay.dossier("$one", "$two"), "both")
    assert verify_file(alone).ok
    assert verify_file(both).ok
    assert [line["message_key"] for line in lines_of(alone)] == [None]
    assert left_out(alone)["keys"] == [{"line": 1}]
    assert sessions_of(alone) == {}
    assert None not in [line["message_key"] for line in lines_of(both)]


def test_what_was_coded_or_taken_out_is_unused_and_what_is_sensitive_is_a_number_and_a_reason(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$a4")
    dossiers = quay.case().dossiers
    dossiers.codings.code(dossier, quay.number("$a5"), Choice.NOT_RELEVANT)
    dossiers.codings.code(dossier, quay.number("$a6"), Choice.RELEVANT)
    (item,) = (i for i in dossiers.items.page(dossier).items if i.record == quay.number("$a4"))
    dossiers.items.remove(dossier, item.id, why="of no weight")
    quay.disclosure().hold_back(dossier, quay.number("$a6"), why="protects a source")
    pack = quay.pack(dossier)
    assert verify_file(pack).ok
    assert events_of(pack) == ["$a1"]
    assert {row["record"] for row in schedule(pack, "unused")} == {quay.number(event) for event in ("$a4", "$a5")}
    assert schedule(pack, "sensitive") == [{"number": 1, "reason": "protects a source"}]
    data = everything(pack)
    for secret in (b"gate 4", b"gate 5", b"gate 6", b"$a6"):
        assert secret not in data
    quay.disclosure().give_back(dossier, quay.number("$a6"), why="not any more")
    assert len(schedule(quay.pack(dossier, "after"), "unused")) == 3


def test_what_a_judge_excluded_is_in_no_schedule_and_the_decision_is_named(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$open")
    said = ExclusionDraft(decision="J-7", judge="M. Maes", why="no warrant")
    quay.case().dossiers.sources.exclude(Source(kind=SourceKind.EXHIBIT, value="KEYS"), said)
    pack = quay.pack(dossier)
    assert verify_file(pack).ok
    assert events_of(pack) == ["$open"]
    assert left_out(pack)["exclusions"] == [
        {"exhibit": "KEYS", "decision": "J-7", "judge": "M. Maes", "why": "no warrant"}
    ]
    assert b"box 1" not in everything(pack)


def test_claims_on_disclosed_accounts_go_with_it_unless_they_tell_of_what_is_held_back(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$a2")
    attributions = quay.case().attributions

    def claim(account: str, event: str) -> str:
        evidence = [{"kind": "message", "record": quay.number(event)}]
        made = Claim(
            account=account, name=account, start="unknown", end="unknown", zone="UTC", grade="weak", supporting=evidence
        )
        return attributions.claim(made).standing.claim.id

    first, second, other = claim(ADA, "$a1"), claim(ADA, "$a2"), claim(CAS, "$c0")
    quay.disclosure().redact(dossier, quay.number("$a2"), "text", why="a test")
    pack = quay.pack(dossier, forms=[ftm.write])
    assert verify_file(pack).ok
    assert [path.name for path in (pack / "attributions").iterdir()] == [f"{first}.json"]
    entities = [json.loads(line) for line in (pack / "forms" / "messages.ftm.json").read_bytes().splitlines()]
    assert [each["properties"]["recordId"] for each in entities if each["schema"] == "UnknownLink"] == [[first]]
    assert [row["claim"] for row in left_out(pack)["attributions"]] == [second]
    assert other not in [row["claim"] for row in left_out(pack)["attributions"]]


def test_the_extract_of_the_audit_tells_of_this_material_and_of_nothing_else(quay: Quay) -> None:
    dossier, another = quay.dossier("$a1"), quay.dossier("$b1")
    quay.case().search("a secret suspicion")
    quay.capture("OTHER", [quay.senders["ben"].send("elsewhere", event="$else", time=700)])
    quay.investigation.release(workers=1)
    quay.pack(another, "another", to="Ms Other")
    quay.pack(dossier, "earlier", to="Ms Earlier")
    pack = quay.pack(dossier)
    assert verify_file(pack).ok
    text = (pack / "audit.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(json.loads(line)["entry"]) for line in text.splitlines()[1:]]
    told = [entry["act"] for entry in entries]
    assert set(told) == {
        "exhibit_taken",
        "intake_finished",
        "released",
        "dossier_opened",
        "dossier_changed",
        "disclosed",
    }
    assert {entry["details"]["exhibit"] for entry in entries if "exhibit" in entry["details"]} == {"A", "KEYS"}
    assert told.count("disclosed") == 1
    assert told[-1] == "disclosed"
    for secret in ("secret suspicion", "Ms Other", "Ms Earlier"):
        assert secret not in text


def test_a_release_is_proved_to_keep_everything_of_that_of_an_earlier_disclosure(quay: Quay) -> None:
    quay.keys("LATE", [quay.senders["cas"].key()])
    assert quay.investigation.release(workers=1) is not None
    pack = quay.pack(quay.dossier("$a1", "$c0"), since=1)
    report = verify_file(pack)
    assert report.ok, report.summary
    assert payload_of(pack)["since"]["release"] == 1
    assert any("keeps everything of release 1" in step.detail for step in report.steps)
    with pytest.raises(CallerError, match="does not come after"):
        quay.pack(quay.dossier("$a1"), "never", since=7)


def test_a_preview_counts_what_would_leave_and_writes_nothing_but_an_entry_of_the_audit(quay: Quay) -> None:
    dossier = quay.dossier("$a1", "$a2", "$a9")
    quay.disclosure().redact(dossier, quay.number("$a1"), "text", why="a test")
    before, files = acts(quay), sorted(quay.folder.rglob("*"))
    preview = quay.disclosure().preview(dossier, to="Mr Vos")
    after = acts(quay)
    assert after[len(before) :] == [Act.DISCLOSURE_PREVIEWED]
    assert {path for path in quay.folder.rglob("*") if path not in files and "quarantine" not in path.parts} == set()
    pack = quay.pack(dossier)
    assert asdict(preview.counts) == payload_of(pack)["counts"]
    assert preview.redactions == {"text": 1}
    size = sum(path.stat().st_size for path in pack.rglob("*") if path.is_file())
    assert 0.2 * size < preview.size < 2 * size


def test_a_reply_to_a_redacted_message_is_pointed_out(quay: Quay) -> None:
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": "$b1"}}}
    quay.capture("R", [quay.senders["ben"].send("> who has box 1\n\nme", event="$reply", time=300, content=relation)])
    quay.investigation.release(workers=1)
    dossier = quay.dossier("$b1", "$reply")
    quay.disclosure().redact(dossier, quay.number("$b1"), "text", why="a test")
    assert quay.disclosure().preview(dossier, to="Mr Vos").beside_redacted == [quay.number("$reply")]


def test_a_pack_is_never_written_over_and_needs_somebody_to_get_it(quay: Quay) -> None:
    dossier = quay.dossier("$a1")
    quay.pack(dossier)
    with pytest.raises(ConflictError):
        quay.pack(dossier)
    with pytest.raises(CallerError, match="Nobody is named"):
        quay.pack(dossier, "nobody", to=" ")
    with pytest.raises(NotFoundError):
        quay.pack("AN.2026/0099", "none")
    assert not (quay.folder / "nobody").exists()


def test_an_investigator_may_preview_and_not_disclose(quay: Quay) -> None:
    dossier = quay.dossier("$a1")
    for name, role in (("anna", Role.ADMINISTRATOR), ("ines", Role.INVESTIGATOR), ("maud", Role.MAGISTRATE)):
        quay.investigation.casework.users.add(name, role, Secret(b"correct horse battery"), at=0)

    def of(name: str, role: Role) -> Quay:
        acting = quay.investigation.acting_as(Actor(name=name, role=role))
        return Quay(folder=quay.folder, investigation=acting, senders=quay.senders)

    of("maud", Role.MAGISTRATE).case().dossiers.add_member(dossier, "ines")
    assert of("ines", Role.INVESTIGATOR).disclosure().preview(dossier, to="Mr Vos").counts.used == 1
    with pytest.raises(RefusedError, match="role"):
        of("ines", Role.INVESTIGATOR).pack(dossier)
    assert not (quay.folder / "pack").exists()
    assert verify_file(of("maud", Role.MAGISTRATE).pack(dossier)).ok


def test_forms_and_the_page_are_listed_and_no_part_of_what_the_audit_names(quay: Quay) -> None:
    def form(head: Head, messages: Callable[[], Iterator[Disclosed]], folder: Path) -> list[str]:
        (folder / "table.txt").write_text(f"{head.to}: {[each.text for each in messages()]}", encoding="utf-8")
        return ["table.txt"]

    def page(folder: Path, listing: SignedDocument) -> None:
        (folder / "reader.html").write_bytes(listing.to_bytes())

    dossier = quay.dossier("$a1", "$c0")
    pack = quay.pack(dossier, forms=[form], page=page)
    assert verify_file(pack).ok
    assert "box 1 stands at gate 1" in (pack / "forms" / "table.txt").read_text(encoding="utf-8")
    held: dict[str, Any] = dict(read_document((pack / "reader.html").read_bytes(), None))
    payload = payload_of(pack)
    assert held["format"] == "underseal/disclosure-page/1"
    assert held["contents"] == payload["contents"]
    assert [file for file in payload["files"] if file not in held["files"]] == [
        file for file in payload["files"] if file["path"] == "reader.html"
    ]
    assert "forms/table.txt" in [file["path"] for file in payload["files"]]
