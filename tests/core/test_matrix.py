"""What the content of a Matrix event says."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.matrix import (
    MalformedContentError,
    clean_identifier,
    clean_text,
    decode_base64,
    read_content,
)
from underseal.core.records import Kind, Relation

EVENT = "$event:hs"


def _message(msgtype: str, **more: object) -> dict[str, object]:
    return {"msgtype": msgtype, "body": "as found", **more}


def _locked_file(**change: object) -> dict[str, object]:
    file: dict[str, object] = {
        "v": "v2",
        "url": "mxc://hs/abc",
        "key": {"alg": "A256CTR", "k": base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("="), "kty": "oct"},
        "iv": base64.b64encode(bytes(16)).decode().rstrip("="),
        "hashes": {"sha256": base64.b64encode(bytes(32)).decode().rstrip("=")},
    }
    return file | change


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (_message("m.text"), Kind.TEXT),
        (_message("m.emote"), Kind.TEXT),
        (_message("m.notice"), Kind.NOTICE),
        (_message("m.image"), Kind.PICTURE),
        (_message("m.audio"), Kind.FILE),
        (_message("m.audio", **{"org.matrix.msc3245.voice": {}}), Kind.VOICE),
        (_message("m.audio", **{"org.matrix.msc3245.voice.v2": {}}), Kind.VOICE),
        (_message("m.video"), Kind.VIDEO),
        (_message("m.file"), Kind.FILE),
        (_message("m.location", geo_uri="geo:51.2,4.4"), Kind.LOCATION),
        (_message("org.example.poem"), Kind.OTHER),
        ({"body": "as found"}, Kind.OTHER),
    ],
)
def test_every_message_type_has_its_kind_and_keeps_its_body(content: dict[str, object], kind: Kind) -> None:
    read = read_content("m.room.message", content)
    assert (read.kind, read.text) == (kind, "as found")


def test_a_location_keeps_its_coordinates() -> None:
    assert read_content("m.room.message", _message("m.location", geo_uri="geo:51.2,4.4")).detail == "geo:51.2,4.4"


def test_an_unknown_message_type_is_named() -> None:
    assert read_content("m.room.message", _message("org.example.poem")).detail == "org.example.poem"


@pytest.mark.parametrize("content", [{"msgtype": "m.text"}, {"msgtype": "m.text", "body": 5}, {"msgtype": "m.image"}])
def test_a_message_without_a_body_is_malformed(content: dict[str, object]) -> None:
    with pytest.raises(MalformedContentError):
        read_content("m.room.message", content)


@pytest.mark.parametrize("event_type", ["m.room.message", "m.room.encrypted", "m.reaction", "m.sticker"])
def test_an_emptied_content_is_a_redacted_event(event_type: str) -> None:
    read = read_content(event_type, {})
    assert (read.kind, read.text, read.detail) == (Kind.OTHER, None, "redacted")


def test_a_reply_keeps_its_whole_body() -> None:
    content = _message("m.text", **{"m.relates_to": {"m.in_reply_to": {"event_id": EVENT}}})
    content["body"] = "> <@a:hs> earlier\n\nas found"
    read = read_content("m.room.message", content)
    assert (read.kind, read.relation, read.target) == (Kind.TEXT, Relation.REPLY, EVENT)
    assert read.text == "> <@a:hs> earlier\n\nas found"


def test_an_edit_shows_its_new_text_and_names_what_it_edits() -> None:
    relates = {"rel_type": "m.replace", "event_id": EVENT}
    content = _message("m.text", **{"m.relates_to": relates, "m.new_content": {"msgtype": "m.text", "body": "new"}})
    read = read_content("m.room.message", content)
    assert (read.kind, read.text, read.relation, read.target) == (Kind.EDIT, "new", Relation.EDIT, EVENT)


def test_an_edit_whose_relation_stands_outside_the_ciphertext_is_an_edit() -> None:
    content = _message("m.text", **{"m.new_content": {"msgtype": "m.text", "body": "new"}})
    read = read_content("m.room.message", content, relation=Relation.EDIT, target=EVENT)
    assert (read.kind, read.text, read.target) == (Kind.EDIT, "new", EVENT)


def test_a_thread_wins_over_the_reply_inside_it() -> None:
    relates = {"rel_type": "m.thread", "event_id": EVENT, "m.in_reply_to": {"event_id": "$other"}}
    read = read_content("m.room.message", _message("m.text", **{"m.relates_to": relates}))
    assert (read.kind, read.relation, read.target) == (Kind.TEXT, Relation.THREAD, EVENT)


def test_an_encrypted_event_shows_its_clear_relation() -> None:
    content = {"algorithm": "m.megolm.v1.aes-sha2", "m.relates_to": {"rel_type": "m.thread", "event_id": EVENT}}
    read = read_content("m.room.encrypted", content)
    assert (read.kind, read.relation, read.target) == (Kind.SEALED, Relation.THREAD, EVENT)


@pytest.mark.parametrize("relates", ["text", {"rel_type": 3, "event_id": EVENT}, {"m.in_reply_to": 4}, {}, None])
def test_a_relation_of_a_wrong_type_does_not_lose_the_message(relates: object) -> None:
    read = read_content("m.room.message", _message("m.text", **{"m.relates_to": relates}))
    assert (read.text, read.relation, read.target) == ("as found", None, "")


def test_a_reaction_is_its_key_on_its_event() -> None:
    relates = {"rel_type": "m.annotation", "event_id": EVENT, "key": "👍"}
    read = read_content("m.reaction", {"m.relates_to": relates})
    assert (read.kind, read.text, read.relation, read.target) == (Kind.REACTION, "👍", Relation.REACTION, EVENT)


def test_a_redaction_names_its_event_inside_or_outside_the_content() -> None:
    outside = read_content("m.room.redaction", {"reason": "slip"}, redacts=EVENT)
    inside = read_content("m.room.redaction", {"redacts": EVENT})
    assert (outside.target, outside.text, outside.relation) == (EVENT, "slip", Relation.REDACTION)
    assert (inside.target, inside.kind) == (EVENT, Kind.REDACTION)


@pytest.mark.parametrize("event_type", ["m.reaction", "m.room.redaction", "m.room.member"])
def test_an_event_without_what_its_type_requires_is_malformed(event_type: str) -> None:
    with pytest.raises(MalformedContentError):
        read_content(event_type, {"reason": "none"})


def test_a_membership_shows_who_is_what() -> None:
    read = read_content("m.room.member", {"membership": "join", "displayname": "Nadia"}, state=True)
    assert (read.kind, read.detail, read.text) == (Kind.MEMBERSHIP, "join", "Nadia")


@pytest.mark.parametrize(
    ("event_type", "content", "text"),
    [
        ("m.room.name", {"name": "Harbour"}, "Harbour"),
        ("m.room.topic", {"topic": "boats"}, "boats"),
        ("m.room.create", {"room_version": "11"}, None),
        ("m.room.power_levels", {"name": 3}, None),
    ],
)
def test_state_shows_its_type_and_its_name(event_type: str, content: dict[str, object], text: str | None) -> None:
    read = read_content(event_type, content)
    assert (read.kind, read.detail, read.text) == (Kind.STATE, event_type, text)


def test_an_unknown_event_type_is_kept_under_its_name() -> None:
    read = read_content("org.example.poll", {"body": "choose"})
    assert (read.kind, read.detail, read.text) == (Kind.OTHER, "org.example.poll", "choose")
    assert read_content("org.example.poll", {"body": "choose"}, state=True).kind is Kind.STATE


def test_a_voice_message_has_its_length_and_its_waveform() -> None:
    read = read_content(
        "m.room.message",
        _message(
            "m.audio",
            **{
                "info": {"duration": 4000, "size": 9, "mimetype": "audio/ogg"},
                "org.matrix.msc1767.audio": {"duration": 4000, "waveform": [0, 512, 1024, 5000]},
                "org.matrix.msc3245.voice": {},
                "file": _locked_file(),
            },
        ),
    )
    assert read.media is not None
    assert (read.media.duration, read.media.size, read.media.mime) == (4000, 9, "audio/ogg")
    assert read.media.waveform == (0, 512, 1024, 1024)
    assert read.media.source == "mxc://hs/abc"
    assert read.encrypted_file is not None
    assert read.encrypted_file.key.reveal() == bytes(range(32))


@pytest.mark.parametrize(
    "change",
    [{"v": "v1"}, {"key": None}, {"iv": "AAAA"}, {"iv": "!"}, {"hashes": {}}, {"key": {"k": "AA"}}, {"hashes": 1}],
)
def test_an_attachment_that_cannot_be_opened_does_not_lose_its_message(change: dict[str, object]) -> None:
    read = read_content("m.room.message", _message("m.image", file=_locked_file(**change)))
    assert (read.kind, read.text, read.encrypted_file) == (Kind.PICTURE, "as found", None)
    assert read.media is not None
    assert read.media.state == "malformed"


def test_wrong_types_in_the_info_count_as_absent() -> None:
    info = {"w": True, "h": -1, "size": "9", "duration": 1.5, "mimetype": [], "waveform": {}}
    read = read_content("m.room.message", _message("m.image", url="mxc://hs/a", info=info))
    assert read.media is not None
    assert (read.media.width, read.media.height, read.media.size, read.media.duration) == (None,) * 4
    assert (read.media.mime, read.media.waveform, read.media.source) == ("", (), "mxc://hs/a")


def test_lone_surrogates_become_replacement_characters_and_pairs_stay() -> None:
    assert clean_text("a\ud800b\ud83d\ude00") == "a\ufffdb😀"


def test_nul_is_kept_out_of_identifiers_only() -> None:
    assert clean_identifier("@a\0b:hs") == "@a\ufffdb:hs"
    assert read_content("m.room.message", {"msgtype": "m.text", "body": "a\0b"}).text == "a\0b"


@pytest.mark.parametrize("value", ["a", "a b c d", "ä###", None, 4])
def test_what_is_not_base64_is_refused(value: object) -> None:
    with pytest.raises(MalformedContentError, match="the key"):
        decode_base64(value, what="the key")


@given(st.binary())
def test_base64_is_read_in_both_alphabets_and_with_or_without_padding(data: bytes) -> None:
    for text in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        assert decode_base64(text.decode(), what="it") == data
        assert decode_base64(text.decode().rstrip("="), what="it") == data


_TEXT = st.text(st.sampled_from("a\0é\ud800$"), max_size=4) | st.sampled_from(["m.text", "m.image", "m.replace"])
_FIELDS = st.sampled_from(
    ["msgtype", "body", "file", "url", "info", "m.relates_to", "m.new_content", "membership", "redacts", "key", "v"]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
_INNER = st.dictionaries(_FIELDS, _LEAVES | st.lists(_LEAVES, max_size=2), max_size=4)


@given(
    event_type=st.sampled_from(
        ["m.room.message", "m.sticker", "m.reaction", "m.room.redaction", "m.room.member", "m.room.x", "?"]
    ),
    content=st.dictionaries(_FIELDS, _LEAVES | _INNER, max_size=6),
    state=st.booleans(),
)
def test_any_content_is_read_or_called_malformed(event_type: str, content: dict[str, object], *, state: bool) -> None:
    try:
        read = read_content(event_type, content, state=state)
    except MalformedContentError:
        return
    for value in (read.text or "", read.target, read.detail):
        value.encode()
