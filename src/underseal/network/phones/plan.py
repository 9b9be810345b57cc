"""From a scenario to a list of acts in order of time: who says what, where, and what goes wrong.

Pure, and the same for the same seed. Nothing here knows of servers; `play` performs the acts.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from underseal.errors import CallerError
from underseal.network.phones import scenario as written
from underseal.network.phones.enclosures import PICTURES, can_speak
from underseal.network.phones.phrases import Exchange, Phrasebook
from underseal.network.phones.scenario import Scenario, Talk

SIGNS: Final = ("👍", "😂", "❤️", "🎉", "🙏", "🐟", "⚓", "👀")
"""What people react with."""

_LAST: Final = 0.95
"""Part of the time in which people chatter; the rest is for what is under way."""

_STEP = 1.2
_REACT_AFTER = 0.4


class Deed(StrEnum):
    """What somebody does."""

    SAY = "say"
    PICTURE = "picture"
    VOICE = "voice"
    REACT = "react"
    DELETE = "delete"
    SET = "set"
    JOIN = "join"
    LEAVE = "leave"
    LOSE = "lose"
    EXPIRE = "expire"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that somebody does at a moment.

    Attributes:
        at: seconds from the beginning. deed: what.
        who: name in the cast. where: name of the conversation; "" where it follows from the target, or none is meant.
        key: by which others refer to it; "" for what nobody can refer to.
        words, language: what is said.
        target: key of the act that it answers, reacts to or deletes.
        draw: name of the picture.
        timer: seconds; None for the conversation's.
        refused: whether the server must not take it.
    """

    at: float
    deed: Deed
    who: str
    where: str = ""
    key: str = ""
    words: str = ""
    language: str = ""
    target: str = ""
    draw: str = ""
    timer: int | None = None
    refused: bool = False


def plan(scenario: Scenario, folder: Path, *, seed: int | None = None) -> list[Act]:
    """Return everything that happens, in order of time.

    Args:
        scenario: what was read. folder: of the scenario's file, from which `lines` is seen.
        seed: in the place of the scenario's own.

    Raises:
        CallerError: what people say in a language cannot be read, or nobody can say anything in a conversation.
    """
    chosen = scenario.seed if seed is None else seed
    acts = [_event(number, event) for number, event in enumerate(scenario.events)]
    books: dict[str, Phrasebook] = {}
    for name in scenario.conversations:
        rng = random.Random(f"{chosen}/{name}")  # noqa: S311  # a story, not a secret
        acts += _Chatter(scenario, name, lines=folder / scenario.lines, books=books, rng=rng).acts()
    return sorted(acts, key=lambda act: act.at)


def voiceless(acts: list[Act]) -> list[Act]:
    """Return the acts with a text for every voice message that this machine cannot speak."""
    return [
        replace(act, deed=Deed.SAY) if act.deed is Deed.VOICE and not can_speak(act.language) else act for act in acts
    ]


def present(scenario: Scenario, where: str, at: float) -> list[str]:
    """Return who is in a conversation at a moment with a phone that works and a licence that holds."""
    joins = {
        event.who: event.at for event in scenario.events if isinstance(event, written.Join) and event.where == where
    }
    there = [who for who in scenario.conversations[where].members if who not in joins]
    there += [who for who, since in joins.items() if since < at and who not in there]
    gone = {
        event.who
        for event in scenario.events
        if event.at <= at
        and (
            isinstance(event, written.Lose | written.Expire)
            or (isinstance(event, written.Leave) and event.where == where)
        )
    }
    return [who for who in there if who not in gone]


def _event(number: int, event: written.Event) -> Act:
    """Return the act of a written event, whose fields bear the names of what they are."""
    found = event.model_dump()
    names = isinstance(event, written.Arrange)  # its name is the conversation's
    return Act(
        at=event.at,
        deed=Deed(event.act),
        who=event.who,
        where=found.get("where", ""),
        key=f"event/{number}" if names else found.get("name") or f"event/{number}",
        words=found.get("words") or found.get("sign") or (found["name"] if names else None) or "",
        language=found.get("language", ""),
        target=found.get("reply_to") or found.get("to") or found.get("what") or "",
        draw=found.get("draw", ""),
        timer=found.get("timer"),
        refused=found.get("refused", False),
    )


class _Chatter:
    """What is said in one conversation beside the written events."""

    def __init__(
        self,
        scenario: Scenario,
        name: str,
        *,
        lines: Path,
        books: dict[str, Phrasebook],
        rng: random.Random,
    ) -> None:
        self._scenario = scenario
        self._name = name
        self._talk: Talk = scenario.conversations[name]
        self._lines = lines
        self._books = books
        self._rng = rng

    def acts(self) -> Iterator[Act]:
        """Yield the acts, in no order."""
        count = self._talk.messages - self._talk.reactions
        if count <= 0:
            return
        said = [line for bout in self._bouts(count) for line in bout]
        said = self._with_kinds(said)
        yield from said
        yield from self._reactions(said)
        yield from self._reads(said)

    def _bouts(self, count: int) -> list[list[Act]]:
        """Spread exchanges over the time until there are so many lines."""
        lengths: list[int] = []
        while sum(lengths) < count:
            lengths.append(min(self._rng.randint(2, 4), count - sum(lengths)))
        width = self._scenario.seconds * _LAST / len(lengths)
        bouts, used = [], 0
        for number, length in enumerate(lengths):
            begins = width * (number + 0.5 * self._rng.random())
            bouts.append(self._bout(begins, min(_STEP, 0.5 * width / length), length, used))
            used += length
        return bouts

    def _bout(self, begins: float, step: float, length: int, used: int) -> list[Act]:
        people = present(self._scenario, self._name, begins)
        language, speakers = self._language(people)
        words = self._words(language, length)
        first = self._rng.randrange(len(speakers))
        return [
            Act(
                at=begins + step * number,
                deed=Deed.SAY,
                who=speakers[(first + number) % len(speakers)],
                where=self._name,
                key=f"{self._name}/{used + number}",
                words=words[number],
                language=language,
            )
            for number in range(length)
        ]

    def _language(self, people: list[str]) -> tuple[str, list[str]]:
        """Draw a language that two of the people speak, if there is one; returns it and who speaks it."""
        speakers: dict[str, list[str]] = {}
        for who in people:
            for language in self._scenario.cast[who].languages:
                speakers.setdefault(language, []).append(who)
        if not speakers:
            raise CallerError(f'Nobody is left to say anything in the conversation "{self._name}".')
        shared = sorted(language for language, who in speakers.items() if len(who) > 1)
        language = self._rng.choice(shared or sorted(speakers))
        return language, speakers[language]

    def _words(self, language: str, length: int) -> list[str]:
        """Return so many lines of an exchange on one of the conversation's topics, of more than one where it is short."""
        found: list[str] = []
        while len(found) < length:
            exchange = self._rng.choice(self._exchanges(language))
            found += self._book(language).filled(exchange, self._rng)
        return found[:length]

    def _book(self, language: str) -> Phrasebook:
        if language not in self._books:
            self._books[language] = Phrasebook(self._lines / f"{language}.txt")
        return self._books[language]

    def _exchanges(self, language: str) -> tuple[Exchange, ...]:
        exchanges = self._book(language).exchanges
        fitting = tuple(exchange for exchange in exchanges if exchange.topic in self._talk.topics)
        if not exchanges:
            raise CallerError(f"{self._lines / language}.txt holds no exchange.")
        return fitting or exchanges

    def _with_kinds(self, said: list[Act]) -> list[Act]:
        """Turn some of the lines into replies, pictures and voice messages."""
        talk, rng = self._talk, self._rng
        made = dict(enumerate(said))
        answers = [
            n for n in range(1, len(said)) if said[n].at - said[n - 1].at <= _STEP and said[n].who != said[n - 1].who
        ]
        for n in rng.sample(answers, min(talk.replies, len(answers))):
            made[n] = replace(said[n], target=said[n - 1].key)
        plain = [n for n in made if not made[n].target]
        rng.shuffle(plain)
        for n in plain[: talk.pictures]:
            made[n] = replace(said[n], deed=Deed.PICTURE, draw=rng.choice(PICTURES))
        for n in plain[talk.pictures : talk.pictures + talk.voices]:
            made[n] = replace(said[n], deed=Deed.VOICE)
        return [made[n] for n in sorted(made)]

    def _reactions(self, said: list[Act]) -> Iterator[Act]:
        for _ in range(self._talk.reactions):
            line = self._rng.choice(said)
            others = [who for who in present(self._scenario, self._name, line.at + _REACT_AFTER) if who != line.who]
            yield Act(
                at=line.at + _REACT_AFTER,
                deed=Deed.REACT,
                who=self._rng.choice(others or [line.who]),
                where=self._name,
                words=self._rng.choice(SIGNS),
                target=line.key,
            )

    def _reads(self, said: list[Act]) -> Iterator[Act]:
        """Let somebody look at every fifth line."""
        for line in said[::5]:
            others = [who for who in present(self._scenario, self._name, line.at + _STEP) if who != line.who]
            if others:
                reader = self._rng.choice(others)
                yield Act(at=line.at + _STEP, deed=Deed.READ, who=reader, where=self._name, target=line.key)
