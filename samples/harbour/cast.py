"""Who is there: the accounts, their handsets, their rooms, and what changes while the story runs.

Everybody and everything here is invented. What they say is told by story.py.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

ZONE = timezone(timedelta(hours=2), "CEST")
FIRST_DAY = datetime(2026, 5, 29, tzinfo=ZONE)
DAYS = 21
FESTIVAL = range(14, 17)


def moment(day: int, clock: str) -> int:
    """Milliseconds since 1970 (UTC) of a wall clock time on a day of the story, counted from 0."""
    hour, minute = clock.split(":")
    return int((FIRST_DAY + timedelta(days=day, hours=int(hour), minutes=int(minute))).timestamp() * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person on the network. The PIN is the identity, the nickname is what others see."""

    pin: str
    nickname: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A handset. `phone` names it in keys/ and in the truth.

    `since` is when it logs in (None: before the story). A refused device is one to which nobody sends a room key.
    """

    phone: str
    pin: str
    device_id: str
    seized: bool = False
    refused: bool = False
    since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A conversation. `messages` is how many lines of text its people write; `rotate` how many one session may seal."""

    key: str
    name: str
    members: tuple[str, ...]
    topics: tuple[str, ...]
    messages: int
    encrypted: bool = True
    direct: bool = False
    rotate: int = 100


class Turn(StrEnum):
    """What may change while the story runs."""

    JOIN = "join"
    LEAVE = "leave"
    LOGIN = "login"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change at a moment: somebody joins or leaves a room, or logs in on one more device."""

    ts: int
    turn: Turn
    pin: str
    room: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A picture or a voice message that is sent. For a picture, `words` is its caption."""

    ts: int
    room: str
    pin: str
    kind: str
    name: str
    language: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """An event that no honest client sends; `kind` names its defect."""

    ts: int
    room: str
    pin: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everything that story.py needs to know before somebody speaks."""

    accounts: tuple[Account, ...]
    devices: tuple[Device, ...]
    rooms: tuple[Room, ...]
    changes: tuple[Change, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    scenes: tuple[str, ...] = field(default=())

    def room(self, key: str) -> Room:
        """The room of that key."""
        return next(room for room in self.rooms if room.key == key)

    def present(self, key: str, ts: int) -> list[str]:
        """The PINs that are in a room at a moment, in a fixed order."""
        there = list(self.room(key).members)
        for change in sorted(self.changes, key=lambda change: change.ts):
            if change.room != key or change.ts > ts:
                continue
            if change.turn is Turn.JOIN:
                there.append(change.pin)
            elif change.turn is Turn.LEAVE:
                there.remove(change.pin)
        return there

    def handsets(self, pin: str, ts: int) -> list[Device]:
        """The devices on which an account writes at a moment: those that are logged in and not refused."""
        return [d for d in self.devices if d.pin == pin and not d.refused and (d.since is None or d.since < ts)]


def _enclosed(head: str, words: str) -> Enclosure:
    """An enclosure from "day clock room pin kind name language" and its words."""
    day, clock, room, pin, kind, name, language = head.split()
    return Enclosure(
        ts=moment(int(day), clock), room=room, pin=pin, kind=kind, name=name, language=language, words=words
    )


PEOPLE = (
    Account(pin="k7q2mx", nickname="Lotte", languages=("nl", "en", "fr")),
    Account(pin="b4t9wz", nickname="Bram", languages=("nl", "en")),
    Account(pin="m2h8rk", nickname="Margaux", languages=("fr", "en", "es")),
    Account(pin="j5p3dn", nickname="Jules", languages=("fr", "nl")),
    Account(pin="e9s6tv", nickname="Esther", languages=("en",)),
    Account(pin="o3f7ly", nickname="Owen", languages=("en", "es")),
    Account(pin="r8c2xq", nickname="Rocío", languages=("es", "fr")),
    Account(pin="i6n4bp", nickname="Íñigo", languages=("es", "en")),
    Account(pin="y7a5hs", nickname="ياسمين", languages=("ar", "fr")),
    Account(pin="t2k9gm", nickname="طارق", languages=("ar", "nl", "en")),
    Account(pin="v4d8zn", nickname="Вера", languages=("ru", "en")),
    Account(pin="d6l4sa", nickname="Дмитрий", languages=("ru", "es")),
    Account(pin="g5w3lc", nickname="国伟", languages=("zh", "en", "ja")),
    Account(pin="h8j6yu", nickname="はな", languages=("ja", "zh", "en")),
    Account(pin="p9x2fo", nickname="Pieter", languages=("nl", "fr", "en")),
    Account(pin="z3u7ek", nickname="Zeno", languages=("nl", "en")),
)

SEIZED = {"k7q2mx", "z3u7ek", "d6l4sa"}
TABLET_AT = moment(8, "12:30")
ZENO_AT = moment(9, "16:00")

FULL = Cast(
    accounts=PEOPLE,
    devices=(
        *(
            Device(phone=f"{a.pin}-phone", pin=a.pin, device_id=f"{a.pin.upper()}PH", seized=a.pin in SEIZED)
            for a in PEOPLE
        ),
        Device(phone="k7q2mx-tablet", pin="k7q2mx", device_id="K7Q2MXTB", seized=True, since=TABLET_AT),
        Device(phone="v4d8zn-old", pin="v4d8zn", device_id="V4D8ZNXX", seized=True, refused=True),
    ),
    rooms=(
        Room(
            key="everyone",
            name="Havenfeest · tout le monde · الجميع",
            members=tuple(a.pin for a in PEOPLE if a.pin not in {"z3u7ek", "d6l4sa"}),
            topics=("rota", "weather", "food", "ship", "talk", "joke", "lost"),
            messages=295,
            rotate=40,
        ),
        Room(
            key="rota",
            name="Rota & weer",
            members=("k7q2mx", "b4t9wz", "j5p3dn", "m2h8rk", "o3f7ly", "p9x2fo"),
            topics=("rota", "weather", "ship"),
            messages=225,
            rotate=40,
        ),
        Room(
            key="estrella",
            name="Estrella del Norte",
            members=("i6n4bp", "r8c2xq", "o3f7ly", "m2h8rk", "d6l4sa"),
            topics=("rota", "weather", "food", "ship", "talk", "joke"),
            messages=170,
            rotate=40,
        ),
        Room(
            key="kitchen",
            name="المطبخ / la cuisine / 厨房",
            members=("y7a5hs", "t2k9gm", "g5w3lc", "h8j6yu", "r8c2xq"),
            topics=("food", "rota", "talk", "weather", "joke"),
            messages=215,
            rotate=40,
        ),
        Room(
            key="surprise",
            name="Ssst!",
            members=("p9x2fo", "e9s6tv", "y7a5hs", "b4t9wz", "v4d8zn", "j5p3dn"),
            topics=("party", "party", "joke"),
            messages=135,
        ),
        Room(
            key="noticeboard",
            name="Lost property / Gevonden voorwerpen",
            members=("e9s6tv", "k7q2mx", "p9x2fo", "o3f7ly", "t2k9gm", "j5p3dn", "y7a5hs"),
            topics=("lost", "lost", "food", "weather"),
            messages=100,
            encrypted=False,
        ),
        *(
            Room(key=key, name="", members=members, topics=topics, messages=messages, direct=True, rotate=rotate)
            for key, members, topics, messages, rotate in (
                ("lotte-bram", ("k7q2mx", "b4t9wz"), ("rota", "food", "talk", "joke", "weather"), 115, 40),
                ("margaux-jules", ("m2h8rk", "j5p3dn"), ("weather", "ship", "talk", "food", "joke"), 110, 100),
                ("rocio-inigo", ("r8c2xq", "i6n4bp"), ("food", "talk", "joke", "ship"), 85, 100),
                ("yasmine-tarek", ("y7a5hs", "t2k9gm"), ("food", "talk", "rota", "joke", "weather"), 110, 40),
                ("esther-owen", ("e9s6tv", "o3f7ly"), ("lost", "ship", "talk", "joke", "weather"), 100, 100),
                ("vera-dmitri", ("v4d8zn", "d6l4sa"), ("tech", "food", "talk", "weather", "joke", "rota"), 75, 100),
                ("guowei-hana", ("g5w3lc", "h8j6yu"), ("food", "talk", "weather", "rota", "joke", "lost"), 75, 100),
                ("pieter-zeno", ("p9x2fo", "z3u7ek"), ("joke", "talk", "rota", "food"), 75, 40),
            )
        ),
    ),
    changes=(
        Change(ts=TABLET_AT, turn=Turn.LOGIN, pin="k7q2mx", phone="k7q2mx-tablet"),
        Change(ts=ZENO_AT, turn=Turn.JOIN, pin="z3u7ek", room="everyone"),
        Change(ts=ZENO_AT + 90_000, turn=Turn.JOIN, pin="z3u7ek", room="surprise"),
        Change(ts=moment(12, "23:10"), turn=Turn.LEAVE, pin="d6l4sa", room="estrella"),
    ),
    enclosures=(
        _enclosed("1 21:40 everyone m2h8rk picture harbour fr", "Le port ce soir, depuis la pilotine"),
        _enclosed("2 10:05 everyone k7q2mx picture poster nl", "De affiche! Graag ophangen waar het mag"),
        _enclosed("3 17:25 rota j5p3dn voice bulletin fr", "Bulletin de demain: vent d'ouest force quatre, mer belle."),
        _enclosed("4 08:20 rota b4t9wz picture rota nl", "Lijst voor het weekend, versie 3"),
        _enclosed("5 22:15 lotte-bram k7q2mx voice crane nl", "Bram, de sleutel van de kraan ligt onder de bloempot."),
        _enclosed("6 12:15 lotte-bram b4t9wz picture berths nl", "Zo liggen ze dan, de Estrella aan de kop"),
        _enclosed("7 13:40 yasmine-tarek t2k9gm voice fish ar", "صباح الخير يا ياسمين، السمك جاهز عند الرصيف الثالث."),
        _enclosed("9 19:30 surprise y7a5hs picture cake fr", "Le gâteau, premier essai"),
        _enclosed("10 09:12 estrella r8c2xq voice rice es", "Hoy hay arroz a las dos. Quien llegue tarde friega."),
        _enclosed("11 07:45 margaux-jules j5p3dn picture tide fr", "Marée du week-end"),
        _enclosed("12 20:48 vera-dmitri v4d8zn voice engine ru", "Дима, мотор заработал. Завтра в семь утра выходим."),
        _enclosed("13 18:02 estrella i6n4bp picture ship es", "Empavesada y lista"),
        _enclosed("14 11:30 kitchen g5w3lc picture menu zh", "菜单写好了"),
        _enclosed("15 16:20 noticeboard e9s6tv picture crate en", "The crate, as of this afternoon"),
        _enclosed("16 19:05 everyone e9s6tv voice thanks en", "Thank you all. Nobody fell in, but the mayor's hat."),
    ),
    oddities=tuple(
        Oddity(ts=moment(day, clock), room=room, pin=pin, kind=kind)
        for day, clock, room, pin, kind in (
            (10, "10:11", "everyone", "o3f7ly", "flipped_ciphertext"),
            (11, "15:17", "everyone", "v4d8zn", "wrong_mac"),
            (12, "14:02", "rota", "p9x2fo", "replay"),
            (13, "09:33", "everyone", "e9s6tv", "no_session_id"),
            (13, "09:41", "rota", "j5p3dn", "not_base64"),
            (18, "11:08", "everyone", "i6n4bp", "replay"),
        )
    ),
    scenes=(
        "everyone",
        "rota",
        "estrella",
        "kitchen",
        "surprise",
        "noticeboard",
        "lotte-bram",
        "margaux-jules",
        "guowei-hana",
    ),
)

_FEW = tuple(a for a in PEOPLE if a.pin in {"k7q2mx", "e9s6tv", "p9x2fo", "z3u7ek"})
_SMALL_TABLET_AT = moment(8, "12:30")
_SMALL_ZENO_AT = moment(11, "16:00")

SMALL = Cast(
    accounts=_FEW,
    devices=(
        *(
            Device(phone=f"{a.pin}-phone", pin=a.pin, device_id=f"{a.pin.upper()}PH", seized=a.pin == "z3u7ek")
            for a in _FEW
        ),
        Device(phone="k7q2mx-tablet", pin="k7q2mx", device_id="K7Q2MXTB", seized=True, since=_SMALL_TABLET_AT),
        Device(phone="p9x2fo-old", pin="p9x2fo", device_id="P9X2FOXX", seized=True, refused=True),
    ),
    rooms=(
        Room(
            key="everyone",
            name="Havenfeest · tout le monde · الجميع",
            members=("k7q2mx", "e9s6tv", "p9x2fo"),
            topics=("rota", "weather", "talk", "food"),
            messages=30,
            rotate=5,
        ),
        Room(
            key="esther-pieter",
            name="",
            members=("e9s6tv", "p9x2fo"),
            topics=("joke", "lost"),
            messages=12,
            direct=True,
        ),
        Room(
            key="noticeboard",
            name="Lost property / Gevonden voorwerpen",
            members=("e9s6tv", "k7q2mx", "p9x2fo"),
            topics=("lost",),
            messages=8,
            encrypted=False,
        ),
    ),
    changes=(
        Change(ts=_SMALL_TABLET_AT, turn=Turn.LOGIN, pin="k7q2mx", phone="k7q2mx-tablet"),
        Change(ts=_SMALL_ZENO_AT, turn=Turn.JOIN, pin="z3u7ek", room="everyone"),
    ),
    enclosures=(
        _enclosed("12 10:05 everyone k7q2mx picture poster nl", "De affiche! Graag ophangen waar het mag"),
        _enclosed("15 16:20 noticeboard e9s6tv picture crate en", "The crate, as of this afternoon"),
        _enclosed("16 19:05 everyone e9s6tv voice thanks en", "Thank you all. Nobody fell in, but the mayor's hat."),
    ),
    oddities=tuple(
        Oddity(ts=moment(17, clock), room="everyone", pin=pin, kind=kind)
        for clock, pin, kind in (
            ("10:11", "e9s6tv", "flipped_ciphertext"),
            ("10:12", "p9x2fo", "wrong_mac"),
            ("10:13", "p9x2fo", "replay"),
            ("10:14", "e9s6tv", "no_session_id"),
            ("10:15", "k7q2mx", "not_base64"),
        )
    ),
    scenes=("small",),
)
