"""The timed searches: understood by the query language, found by both sides, over the whole range of frequencies."""

from collections import Counter

import pytest
from benchmarks.generate.message_table import Table, write_table
from benchmarks.generate.messages import Plan
from benchmarks.questions import Question, make_questions

from benchmarks import bare
from underseal.evidence.search.language import parse

PLAN = Plan(messages=20_000, accounts=300, conversations=500)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return write_table(PLAN, tmp_path_factory.mktemp("table"))


@pytest.fixture(scope="module")
def searcher(made: Table, tmp_path_factory: pytest.TempPathFactory) -> bare.Searcher:
    folder = tmp_path_factory.mktemp("bare") / "index"
    assert bare.write_searchable(made.path, folder, threads=2) == PLAN.messages
    return bare.Searcher(folder)


def test_every_kind_has_many_questions_and_the_query_language_reads_them(made: Table) -> None:
    questions = make_questions(made.truth)
    kinds = Counter(question.kind for question in questions)
    assert set(kinds) == {"term", "phrase", "and", "fuzzy", "filter"}
    assert min(kinds.values()) >= 20
    for question in questions:
        assert parse(question.query)


def test_the_bare_index_finds_common_and_rare_words(made: Table, searcher: bare.Searcher) -> None:
    counts = {
        question.query: searcher.search(question, limit=50)[0]
        for question in make_questions(made.truth)
        if question.kind == "term"
    }
    assert max(counts.values()) > PLAN.messages / 50
    assert min(counts.values()) < 10


def test_the_bare_index_finds_what_was_planted(searcher: bare.Searcher) -> None:
    for question, count in (
        (Question(kind="term", words=["zilverdraad"]), 200),
        (Question(kind="phrase", words=["blauwgrijze", "kraanvogel"]), 4),
        (Question(kind="and", words=["blauwgrijze", "kraanvogel"]), 7),
        (Question(kind="fuzzy", words=["windwijzer"]), 9),
    ):
        found, texts = searcher.search(question, limit=50)
        assert (question.kind, found) == (question.kind, count)
        assert len(texts) == min(count, 50)
        assert all(question.words[0][2:6] in text.casefold() for text in texts)


def test_filters_narrow_and_days_add_up(made: Table, searcher: bare.Searcher) -> None:
    filtered = [question for question in make_questions(made.truth) if question.kind == "filter"]
    assert {bool(q.sender) for q in filtered} == {bool(q.thread) for q in filtered} == {True, False}
    for question in filtered:
        if question.words:
            alone = searcher.search(Question(kind="term", words=question.words), limit=1)[0]
            assert searcher.search(question, limit=1)[0] < alone
    assert searcher.days(Question(kind="term", words=["zilverdraad"])) > 100
