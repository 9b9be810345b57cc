"""The analysis that indexing, querying and highlighting share."""

import unicodedata
from itertools import pairwise

import pyarrow as pa
import pytest
import tantivy
from hypothesis import given
from hypothesis import strategies as st

from underseal.evidence.store.folding import MAX_TERM, Pattern, fold, fold_column, pattern, spans, terms, unspaced

_PIECES = [
    *"abzABZ09 .,-_'\"|\n\t\x00", "é", "e\u0301", "É", "ñ", "ç", "ß", "ẞ", "ﬁ", "œ", "Æ", "ø", "Ł", "İ", "ı", "Σ", "ς", "ώ",
    "ё", "Е\u0308", "й", "и\u0306", "ї", "щ", "Ђ", "ʼ", "أ", "ا\u0654", "ٱ", "ى", "ی", "ة", "ك", "ک", "ـ", "\u064e", "\u0651",
    "ﻻ", "٣", "۷", "שׁ", "ש\u05b8", "नि", "क्", "ऩ", "ก", "กำ", "น้ำ", "ລາວ", "ខ្មែ", "မြ", "中", "国", "人", "𠀋", "々", "か", "が",
    "か\u3099", "カ", "ｶﾞ", "ー", "Ａ", "９", "한", "글", "\u1112\u1161\u11ab", "ㅎㅏ", "😀", "👍🏽", "1️⃣", "™", "½", "²", "\u200b", "\u200d",
    "\u00ad", "\ufeff", "\u0300", "\ufffd", "　", "x" * 70,
]  # fmt: skip
writing = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)
anything = st.one_of(writing, st.text(max_size=30))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't SHOUT, e-mail me@home.be!", "don t shout e mail me home be"),
        ("Café CAFÉ cafe\u0301", "cafe cafe cafe"),
        ("Straße ﬁn Ⅳ ½", "strasse fin iv 1 2"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("İstanbul ısı Łódź smørrebrød Æsop Þór", "istanbul isi lodz smorrebrod aesop thor"),
        ("Ёлка мой МОЙ їжак", "елка мой мой їжак"),
        ("м'ята мʼята м’ята", "м ята м ята м ята"),
        ("ὈΔΥΣΣΕΎΣ", "οδυσσευσ"),
        ("أَحْمَد إلى آخر مدرســة", "احمد الي اخر مدرسه"),
        ("کتابی ٣٤ ۵", "كتابي 34 5"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी", "हिन्दी"),
        ("한국어 \u1112\u1161\u11ab", "한국어 한"),
        ("pay\u200bment co\u00adcaine", "payment cocaine"),
        ("ok👍🏽go 1️⃣", "ok 👍 go 1"),
        ("A1B2C3 snake_case", "a1b2c3 snake case"),
    ],
)
def test_what_makes_no_difference_to_a_reader_is_folded_away(text: str, expected: str) -> None:
    assert terms(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中国人", "中国 国人 人"),
        ("中", "中"),
        ("ok中国no", "ok 中国 国 no"),
        ("ｶﾞｽ", "ガス ス"),
        ("น้ำ", "น้ ้ํ ํา า"),
    ],
)
def test_scripts_without_spaces_become_pairs_and_a_last_character(text: str, expected: str) -> None:
    assert terms(text) == expected.split()


def test_a_mark_that_is_a_letter_keeps_its_word_apart() -> None:
    assert terms("มา") != terms("ม้า")
    assert terms("かき") != terms("がき")
    assert terms("мои") != terms("мой")


def test_a_word_beyond_the_limit_is_cut_and_not_lost() -> None:
    word = "ab" * 300
    assert "".join(terms(word)) == word
    assert max(map(len, terms(word))) == MAX_TERM
    assert spans(f"x {word} y", [_sure(word)]) == [(2, 602)]


@given(anything)
def test_the_tokenizer_of_the_index_sees_the_same_terms(text: str) -> None:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    assert analyzer.analyze(fold(text)) == terms(text)


@given(
    st.lists(st.one_of(st.none(), anything, st.sampled_from(["x" * 129, "é" * 65, "é" * 130, "中" * 90]))),
    st.integers(0, 3),
)
def test_a_column_is_folded_as_each_of_its_texts_is(texts: list[str | None], skipped: int) -> None:
    column = pa.array(texts, pa.string()).slice(skipped)
    assert fold_column(column).to_pylist() == [fold(text or "") for text in texts[skipped:]]


@given(anything)
def test_canonical_forms_fold_alike(text: str) -> None:
    assert terms(unicodedata.normalize("NFD", text)) == terms(unicodedata.normalize("NFC", text)) == terms(text)


@given(anything)
def test_no_term_holds_white_space_or_exceeds_the_limit(text: str) -> None:
    assert all(0 < len(term) <= MAX_TERM and not any(map(str.isspace, term)) for term in terms(text))


@given(anything, st.data())
def test_every_term_leads_back_to_the_characters_it_came_from(text: str, data: st.DataObject) -> None:
    found = terms(text)
    if not found:
        assert pattern(text) is None
        return
    start = data.draw(st.integers(0, len(found) - 1))
    end = data.draw(st.integers(start + 1, len(found)))
    ranges = spans(text, [Pattern(terms=tuple(found[start:end]))])
    assert ranges
    assert all(0 <= a < b <= len(text) for a, b in ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))


@given(writing, writing, writing)
def test_a_text_is_found_by_its_own_words_wherever_it_stands(before: str, text: str, after: str) -> None:
    wanted = pattern(text)
    if wanted is not None:
        assert spans(f"{before} . {text} . {after}", [wanted])


@given(st.text("中国人民大学", min_size=1, max_size=3), st.text("中国人民大学", max_size=12))
def test_scripts_without_spaces_are_found_by_substring(needle: str, text: str) -> None:
    found = spans(text, [_sure(needle)])
    assert bool(found) == (needle in text)
    covered = {at for start, end in found for at in range(start, end)}
    expected = {at + n for at in range(len(text)) if text.startswith(needle, at) for n in range(len(needle))}
    assert covered == expected


@pytest.mark.parametrize(
    ("text", "wanted", "marked"),
    [
        ("Un CAFÉ, deux cafe\u0301s", ("café", True, 0), ["CAFÉ", "cafe\u0301s"]),
        ("the old harbour", ("old harbour", False, 0), ["old harbour"]),
        ("Straße 5", ("strasse", False, 0), ["Straße"]),
        ("我在中国人民大学", ("国人民", False, 0), ["国人民"]),
        ("中、国中", ("中", False, 0), ["中", "中"]),
        ("recieve reveice", ("receive", False, 1), ["recieve"]),
        ("ﬁve", ("five", False, 0), ["ﬁve"]),
        ("😀😀 go", ("😀 go", False, 0), ["😀 go"]),
    ],
)
def test_marks_stand_on_the_original_text(text: str, wanted: tuple[str, bool, int], marked: list[str]) -> None:
    words, prefix, distance = wanted
    found = spans(text, [_sure(words, prefix=prefix, distance=distance)])
    assert [text[start:end] for start, end in found] == marked


def test_marks_that_overlap_become_one() -> None:
    assert spans("a b c d", [_sure("a b"), _sure("b c"), _sure("d")]) == [(0, 5), (6, 7)]


def test_a_phrase_that_ends_inside_a_run_goes_on_there() -> None:
    assert pattern("中国") == Pattern(terms=("中国",))
    assert pattern("中") == Pattern(terms=("中",), prefix=True)
    assert pattern("ok 中") == Pattern(terms=("ok", "中"), prefix=True)
    assert pattern("中国 ok") == Pattern(terms=("中国", "国", "ok"))
    assert unspaced("中国")
    assert not unspaced("ok")


def _sure(text: str, *, prefix: bool = False, distance: int = 0) -> Pattern:
    wanted = pattern(text, prefix=prefix, distance=distance)
    assert wanted is not None
    return wanted


ascii_words = st.lists(
    st.sampled_from(["a", "b", "ab", "abc", "A.b", "x-ray", "'", "a" * 130, "\x00", "1"]), max_size=8
)


@given(
    words=ascii_words,
    apart=st.sampled_from([" ", "  ", ", ", "\n"]),
    needles=st.lists(
        st.sampled_from(["a", "b", "a b", "b a", "a a", "ab", "x ray", "ray a", "1", "a" * 130]), max_size=3
    ),
    prefix=st.booleans(),
)
def test_a_plain_text_is_marked_as_one_with_other_letters_is(
    *, words: list[str], apart: str, needles: list[str], prefix: bool
) -> None:
    text = apart.join(words)
    wanted = [_sure(needle, prefix=prefix) for needle in needles]
    assert spans(text, wanted) == spans(f"{text} 漢", wanted)


@given(
    words=ascii_words, needle=st.sampled_from(["a", "ab", "abc", "ray", "xy", "a" * 130]), distance=st.integers(1, 2)
)
def test_words_that_differ_by_an_edit_are_marked_alike_in_a_plain_text(
    *, words: list[str], needle: str, distance: int
) -> None:
    text = " ".join(words)
    wanted = [_sure(needle, distance=distance), _sure("ab")]
    assert spans(text, wanted) == spans(f"{text} éééééé", wanted)


@given(st.text("abc", min_size=1, max_size=6), st.text("abc", min_size=1, max_size=6), st.integers(1, 2))
def test_a_word_is_marked_when_so_many_edits_lead_to_it(one: str, other: str, limit: int) -> None:
    assert bool(spans(one, [_sure(other, distance=limit)])) == (_edits(one, other) <= limit)


def _edits(one: str, other: str) -> int:
    """Return the optimal string alignment distance, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    steps = [_edits(one[1:], other) + 1, _edits(one, other[1:]) + 1, _edits(one[1:], other[1:]) + (one[0] != other[0])]
    if one[:2] == other[1::-1] != "" and len(one) > 1 and len(other) > 1:
        steps.append(_edits(one[2:], other[2:]) + 1)
    return min(steps)
