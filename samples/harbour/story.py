"""Who says what, where and when: a cast and a seed in, one list of lines in order of time out.

Nothing here knows of servers or keys; fleet.py performs the lines.
"""

import random
from dataclasses import dataclass, replace

from cast import DAYS, FESTIVAL, Cast, Device, Room, moment
from phrases import LANGUAGES, Exchange, Scene, exchanges, filled, scenes

SEED = 20260614
ANSWER_CHANCE = 0.3
REACTION_CHANCE = 0.035
EMOJI = ("👍", "😂", "❤️", "🎉", "🙏", "🐟", "⚓", "👀")
WEIGHT = {"nl": 2.0, "ar": 1.5, "en": 0.7}
_HOURS = range(6, 24)
_BUSY = (4, 7, 9, 8, 7, 6, 8, 6, 5, 5, 6, 8, 9, 9, 8, 7, 5, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that a person sends from a device at a moment (milliseconds since 1970, UTC).

    `target` is the key of the line that it answers, edits, reacts to, takes back or replays.
    """

    key: str
    ts: int
    room: str
    device: Device
    kind: str
    body: str
    language: str
    target: str = ""
    enclosure: str = ""


def tell(cast: Cast, seed: int = SEED) -> list[Line]:
    """The whole story in order of time; every moment is used once."""
    lines: list[Line] = []
    for room in cast.rooms:
        lines += _chatter(cast, room, random.Random(f"{seed}/{room.key}"))
    for number, scene in enumerate(scenes()):
        if scene.room in cast.scenes or (scene.room == "small" and "small" in cast.scenes):
            lines += _played(cast, scene, number, random.Random(f"{seed}/scene/{number}"))
    lines += _enclosures(cast) + _oddities(cast, lines)
    return _apart(sorted(lines, key=lambda line: (line.ts, line.key)))


def _apart(lines: list[Line]) -> list[Line]:
    """The same lines, none at the same millisecond as another."""
    last = 0
    spread = []
    for line in lines:
        last = max(line.ts, last + 1)
        spread.append(replace(line, ts=last))
    return spread


def _chatter(cast: Cast, room: Room, rng: random.Random) -> list[Line]:
    """Exchanges of a room, until its people have written as much as they should."""
    lines: list[Line] = []
    heard: set[str] = set()
    written = 0
    while written < room.messages:
        ts = _some_moment(rng)
        present = cast.present(room.key, ts)
        exchange = _topic(cast, room, present, rng)
        said = filled(exchange, rng)
        if said[0] in heard:
            continue
        heard.add(said[0])
        new = _spoken(cast, room, exchange, said, ts=ts, rng=rng, key=f"{room.key}/{len(heard)}")
        written += sum(line.kind != "reaction" for line in new)
        lines += new
    return lines


def _some_moment(rng: random.Random) -> int:
    day = rng.choice([*range(DAYS), *FESTIVAL, *FESTIVAL])
    hour = rng.choices(_HOURS, _BUSY)[0]
    return moment(day, f"{hour}:{rng.randrange(60)}") + rng.randrange(60_000)


def _topic(cast: Cast, room: Room, present: list[str], rng: random.Random) -> Exchange:
    """An exchange on a topic of the room, in a language that at least two of those present speak."""
    spoken = [lang for lang in LANGUAGES for pin in present if lang in _languages(cast, pin)]
    choices: list[Exchange] = []
    while not choices:
        shared = [lang for lang in spoken if spoken.count(lang) > 1]
        language = rng.choices(shared, [WEIGHT.get(lang, 1.0) for lang in shared])[0]
        topic = rng.choice(room.topics)
        choices = [exchange for exchange in exchanges(language) if exchange.topic == topic]
    return rng.choice(choices)


def _languages(cast: Cast, pin: str) -> tuple[str, ...]:
    return next(account.languages for account in cast.accounts if account.pin == pin)


def _spoken(
    cast: Cast, room: Room, exchange: Exchange, said: tuple[str, ...], *, ts: int, rng: random.Random, key: str
) -> list[Line]:
    """The lines of an exchange, each by another speaker than the one before, and no one speaking of themselves."""
    names = {account.pin: account.nickname for account in cast.accounts}
    speakers = [pin for pin in cast.present(room.key, ts) if exchange.language in _languages(cast, pin)]
    lines: list[Line] = []
    last_pin = ""
    for number, body in enumerate(said):
        others = [pin for pin in speakers if pin != last_pin]
        pin = rng.choice([pin for pin in others if names[pin] not in body] or others)
        last_pin = pin
        answers = number > 0 and rng.random() < ANSWER_CHANCE
        line = Line(
            key=f"{key}/{number}",
            ts=ts,
            room=room.key,
            device=rng.choice(cast.handsets(pin, ts)),
            kind="reply" if answers else "text",
            body=body,
            language=exchange.language,
            target=lines[-1].key if answers else "",
        )
        lines.append(line)
        ts += rng.randrange(15_000, 240_000)
    if rng.random() < REACTION_CHANCE * len(lines):
        lines.append(_reaction(cast, lines[-1], ts, rng))
    return lines


def _reaction(cast: Cast, line: Line, ts: int, rng: random.Random) -> Line:
    pin = rng.choice([pin for pin in cast.present(line.room, ts) if pin != line.device.pin])
    device = rng.choice(cast.handsets(pin, ts))
    return Line(
        key=f"{line.key}+",
        ts=ts,
        room=line.room,
        device=device,
        kind="reaction",
        body=rng.choice(EMOJI),
        language="",
        target=line.key,
    )


def _played(cast: Cast, scene: Scene, number: int, rng: random.Random) -> list[Line]:
    """The lines of a written scene."""
    room = "everyone" if scene.room == "small" else scene.room
    ts = moment(scene.day, scene.clock)
    lines: list[Line] = []
    for place, said in enumerate(scene.lines):
        kind, target = _aim(
            said.mark, [line for line in lines if said.mark not in ("~", "x") or line.device.pin == said.pin]
        )
        lines.append(
            Line(
                key=f"scene/{number}/{place}",
                ts=ts,
                room=room,
                device=rng.choice(cast.handsets(said.pin, ts)),
                kind=kind,
                body=said.text,
                language="" if kind == "reaction" else said.language,
                target=target,
            )
        )
        ts += rng.randrange(20_000, 150_000)
    return lines


def _aim(mark: str, before: list[Line]) -> tuple[str, str]:
    """What a scene's mark means: the kind of line, and the key of the line that it points at."""
    if not mark:
        return "text", ""
    kinds = {"~": "edit", "+": "reaction", "x": "redaction", ">": "reply"}
    written = [line for line in before if line.kind in ("text", "reply")]
    target = before[int(mark[1:]) - 1] if len(mark) > 1 else written[-1]
    return kinds[mark[0]], target.key


def _enclosures(cast: Cast) -> list[Line]:
    return [
        Line(
            key=f"enclosure/{e.kind}/{e.name}",
            ts=e.ts,
            room=e.room,
            device=cast.handsets(e.pin, e.ts)[0],
            kind=e.kind,
            body=e.words,
            language=e.language,
            enclosure=e.name,
        )
        for e in cast.enclosures
    ]


def _oddities(cast: Cast, lines: list[Line]) -> list[Line]:
    """The dishonest events. A replay repeats the last text that its sender wrote in the room before."""
    found = []
    for number, odd in enumerate(cast.oddities):
        device = cast.handsets(odd.pin, odd.ts)[0]
        own = [x for x in lines if x.room == odd.room and x.device == device and x.kind == "text" and x.ts < odd.ts]
        target = max(own, key=lambda line: line.ts).key if odd.kind == "replay" else ""
        body = "" if odd.kind == "replay" else f"Dit komt nooit aan ({number})"
        language = "" if odd.kind == "replay" else "nl"
        found.append(
            Line(
                key=f"oddity/{number}",
                ts=odd.ts,
                room=odd.room,
                device=device,
                kind=odd.kind,
                body=body,
                language=language,
                target=target,
            )
        )
    return found
