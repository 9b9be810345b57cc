"""RSMF files keep the rules of version 2.0.0.

The rules are written down here from the schema that Relativity publishes (github.com/relativitydev/rsmf-validator-samples,
RSMFManifestSchema/rsmf_schema_2_0_0.json, BSD-3-Clause) and from its help page "Processing an RSMF file"; the schema itself is not copied.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from disclosed_messages import HEAD, disclosed
from disclosure.forms import reading
from underseal.evidence.disclosure import Disclosed
from underseal.evidence.disclosure.forms import rsmf

STRINGS: Mapping[str, tuple[set[str], set[str]]] = {
    "participants": ({"id"}, {"display", "account_id"}),
    "conversations": ({"id", "platform"}, {"display", "type"}),
    "events": ({"type"}, {"id", "parent", "body", "participant", "conversation", "timestamp"}),
}
"""Fields of type string: those that must be there and not empty, and those that may be."""

LISTS = {"participants": {"custom"}, "conversations": {"participants", "custom"}, "events": {"attachments", "custom"}}
EVENT_TYPES = {"message", "disclaimer", "join", "leave", "history", "unknown"}


def test_every_manifest_keeps_the_rules(written: Path) -> None:
    for _, manifest, names in reading.manifests(written):
        assert manifest.keys() == {"version", "participants", "conversations", "events", "eventcollectionid"}
        assert manifest["version"] == "2.0.0"
        for kind, (needed, others) in STRINGS.items():
            for one in manifest[kind]:
                _check(one, needed, others, LISTS[kind])
        _check_references(manifest, names)


def _check(one: dict[str, Any], needed: set[str], others: set[str], lists: set[str]) -> None:
    assert one.keys() <= needed | others | lists
    assert all(isinstance(one[name], str) and one[name] for name in needed)
    assert all(isinstance(one[name], str) for name in others & one.keys())
    assert all(isinstance(one[name], list) for name in lists & one.keys())
    for custom in one.get("custom", []):
        assert custom.keys() == {"name", "value"}
        assert custom["name"]
        assert isinstance(custom["value"], str)
        assert custom["value"]


def _check_references(manifest: dict[str, Any], names: Sequence[str]) -> None:
    people = [one["id"] for one in manifest["participants"]]
    (conversation,) = manifest["conversations"]
    events = {one["id"] for one in manifest["events"]}
    attached = [held for one in manifest["events"] for held in one.get("attachments", [])]
    assert len(set(people)) == len(people)
    assert conversation["type"] in {"direct", "channel"}
    assert set(conversation["participants"]) <= set(people)
    assert len(events) == len(manifest["events"])
    for one in manifest["events"]:
        assert one["type"] in EVENT_TYPES
        assert one["participant"] in people
        assert one["conversation"] == conversation["id"]
        assert one.get("parent", one["id"]) in events
        assert datetime.fromisoformat(one["timestamp"]).tzinfo is not None
    assert {held["id"] for held in attached} == set(names)
    assert all(isinstance(held["size"], int) and isinstance(held["display"], str) for held in attached)


def test_the_headers_say_what_the_manifest_holds(written: Path) -> None:
    for mail, manifest, names in reading.manifests(written):
        events = manifest["events"]
        assert mail["X-RSMF-Version"] == "2.0.0"
        assert mail["X-RSMF-EventCount"] == str(len(events))
        assert mail["X-RSMF-AttachmentCount"] == str(len(names))
        assert (mail["X-RSMF-BeginDate"], mail["X-RSMF-EndDate"]) == (events[0]["timestamp"], events[-1]["timestamp"])
        assert mail["X-RSMF-EventCollectionID"] == manifest["eventcollectionid"]
        assert mail["X-RSMF-RootOfTheRelease"] == HEAD.root
        body = mail.get_body()
        assert body is not None
        assert f"Disclosed to: {HEAD.to}" in body.get_content()
        assert not mail.defects


def test_an_attachment_is_in_the_file_of_its_conversation(written: Path, messages: Sequence[Disclosed]) -> None:
    held = {one.attached.sha256 for one in messages if one.attached and one.attached.file}
    assert held == {name.partition(".")[0] for _, _, names in reading.manifests(written) for name in names}


def test_a_reply_has_its_parent_and_a_long_conversation_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rsmf, "EVENTS", 2)
    messages = [disclosed(1), disclosed(2, relation="reply", target="$event1:server.example"), disclosed(3)]
    names = rsmf.write(HEAD, lambda: iter(messages), tmp_path)
    assert names == ["rsmf/00001.rsmf", "rsmf/00002.rsmf"]
    (_, first, _), (_, second, _) = reading.manifests(tmp_path)
    assert [one.get("parent") for one in first["events"]] == [None, "line-1"]
    assert first["eventcollectionid"] == second["eventcollectionid"]
    assert [one["id"] for one in second["events"]] == ["line-3"]
