"""A scenario is checked where it is read: an error names the line, the key and the nearest name."""

from collections import Counter
from pathlib import Path

import pytest

from underseal.errors import CallerError
from underseal.network.phones.plan import Act, Deed, plan, present, voiceless
from underseal.network.phones.scenario import read_scenario

SAMPLES = Path(__file__).parents[3] / "samples" / "scenarios"

WELL = """\
title: A test
seed: 1
seconds: 10
lines: ../harbour/lines
cast:
  lotte: {languages: [nl]}
  bram: {languages: [nl]}
  zeno: {languages: [nl]}
conversations:
  quay:
    members: [lotte, bram]
    messages: 4
events:
  - {at: 1, act: say, who: bram, where: quay, language: nl, name: key, words: hallo}
  - {at: 5, act: join, who: zeno, where: quay}
seized: [lotte]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.yaml"


def test_what_is_well_written_is_read(file: Path) -> None:
    file.write_text(WELL, encoding="utf-8")
    scenario = read_scenario(file)
    assert list(scenario.cast) == ["lotte", "bram", "zeno"]
    assert [event.act for event in scenario.events] == ["say", "join"]


@pytest.mark.parametrize(
    ("old", "new", "words", "hint"),
    [
        ("seconds: 10", "second: 10", 'line 1: the scenario: "seconds" is missing', ""),
        ("lines: ../harbour/lines", "lines: x\nsede: 3", "line 5: sede: there is no such key", '"seed"'),
        ("messages: 4", "mesages: 4", "line 12: conversations.quay.mesages: there is no such key", '"messages"'),
        ("languages: [nl]}\n  bram", "language: [nl]}\n  bram", 'line 6: cast.lotte: "languages" is missing', ""),
        ("[lotte, bram]", "[lotte, brom]", 'line 11: conversations.quay.members[2]: there is no "brom"', '"bram"'),
        ("act: join", "act: jion", 'line 15: events[2]: there is no act "jion"', '"join"'),
        ("act: join, ", "", 'line 15: events[2]: "act" is missing', "There are: say"),
        ("who: zeno, where", "who: zeno, were", 'line 15: events[2]: "where" is missing', ""),
        ("name: key", "nmae: key", "line 14: events[1].nmae: there is no such key", '"name"'),
        ("at: 5", "at: 11", "line 15: events[2].at: it is over after 10 seconds", ""),
        ("at: 5", "at: soon", "line 15: events[2].at: ", ""),
        ("where: quay}", "where: quai}", 'line 15: events[2].where: there is no "quai"', '"quay"'),
        ("seized: [lotte]", "seized: [lottie]", 'line 16: seized[1]: there is no "lottie"', '"lotte"'),
        (
            "messages: 4",
            "messages: 1\n    replies: 2",
            "line 12: conversations.quay.messages: 2 messages of a kind",
            "",
        ),
        ("messages: 4", "direct: true\n    name: x", "line 10: conversations.quay: a direct conversation", ""),
        (
            "act: join, who: zeno, where: quay",
            "act: delete, who: zeno, what: key",
            'line 15: events[2].who: "key" was said by bram',
            "",
        ),
        ("act: join, who: zeno, where: quay", "act: expire, who: lotte", "line 11: conversations.quay.members[1]", ""),
        (
            "at: 5, act: join, who: zeno, where: quay",
            "at: 0, act: react, who: zeno, to: key, sign: x",
            "said later",
            "",
        ),
        (
            "act: join, who: zeno, where: quay",
            "act: picture, who: bram, where: quay, language: nl, words: x, draw: shop",
            'there is no picture "shop"',
            '"ship"',
        ),
        ("title: A test", "title: [A test", "line 2: ", ""),
        ("title: A test", "title: !!python/name:os.system x", "is no scenario", ""),
    ],
)
def test_a_fault_is_named_with_its_line_and_the_nearest_name(
    file: Path, old: str, new: str, words: str, hint: str
) -> None:
    assert old in WELL
    file.write_text(WELL.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CallerError) as refused:
        read_scenario(file)
    assert words in refused.value.message
    assert str(file) in refused.value.message
    assert hint in refused.value.hint


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"just words", b"- 1\n- 2\n", b"a: &a [*a]\n", b"[" * 5000])
def test_what_is_no_scenario_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CallerError):
        read_scenario(file)


def test_a_scenario_that_is_not_there_is_said(file: Path) -> None:
    with pytest.raises(CallerError, match="cannot be read"):
        read_scenario(file)


@pytest.mark.parametrize("name", ["quick", "harbour-night"])
def test_the_same_seed_tells_the_same_story_and_another_one_another(name: str) -> None:
    scenario = read_scenario(SAMPLES / f"{name}.yaml")
    one, again, other = (plan(scenario, SAMPLES, seed=seed) for seed in (None, None, 99))
    assert one == again
    assert one != other
    assert [act.at for act in one] == sorted(act.at for act in one)


@pytest.mark.parametrize("name", ["quick", "harbour-night"])
def test_conversations_have_as_many_messages_of_each_kind_as_are_written(name: str) -> None:
    scenario = read_scenario(SAMPLES / f"{name}.yaml")
    acts = [
        act for act in plan(scenario, SAMPLES) if not act.key.startswith("event/") and "/" in (act.key or act.target)
    ]
    for where, talk in scenario.conversations.items():
        found = Counter(act.deed for act in acts if act.where == where)
        del found[Deed.READ]
        replies = sum(act.deed is Deed.SAY and bool(act.target) for act in acts if act.where == where)
        assert found.total() == talk.messages
        assert (replies, found[Deed.REACT], found[Deed.PICTURE], found[Deed.VOICE]) == (
            talk.replies,
            talk.reactions,
            talk.pictures,
            talk.voices,
        )


def test_nobody_speaks_before_they_come_or_after_they_are_gone() -> None:
    scenario = read_scenario(SAMPLES / "harbour-night.yaml")
    said: list[Act] = [act for act in plan(scenario, SAMPLES) if act.where and act.deed not in {Deed.JOIN, Deed.LEAVE}]
    written = {event.who for event in scenario.events if getattr(event, "refused", False)}
    assert written == {"tarek"}
    for act in said:
        if not act.refused:
            # a line of a bout begins at most a bout's length after its people were drawn
            assert act.who in present(scenario, act.where, act.at) or act.who in present(
                scenario, act.where, act.at - 6
            )
    assert "zeno" not in present(scenario, "everyone", 18.0)
    assert "zeno" in present(scenario, "everyone", 18.1)


def test_the_samples_speak_their_languages() -> None:
    scenario = read_scenario(SAMPLES / "harbour-night.yaml")
    languages = Counter(act.language for act in plan(scenario, SAMPLES) if act.language)
    assert set(languages) == {"nl", "en", "fr", "es", "ar", "ru"}
    assert min(languages.values()) >= 5


def test_a_voice_message_becomes_a_text_where_nothing_can_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    acts = plan(read_scenario(SAMPLES / "quick.yaml"), SAMPLES)
    assert any(act.deed is Deed.VOICE for act in voiceless(acts))
    monkeypatch.setenv("PATH", "")
    assert not any(act.deed is Deed.VOICE for act in voiceless(acts))
    assert len(voiceless(acts)) == len(acts)
