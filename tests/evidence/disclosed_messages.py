"""Disclosed messages that a format could get wrong, for the tests of the forms."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from underseal.core.ledger import canonical
from underseal.core.records import Kind, Relation, Verdict
from underseal.core.verify.attribution import Act, Claim, Grade, Interval, Person, Statement, Withdrawal, to_entry
from underseal.evidence.disclosure import PLACEHOLDER, Attached, Disclosed, Head, Redaction

ZONE: Final = "Europe/Brussels"

HEAD: Final = Head(
    dossier="D7",
    title='Haven "Noord" & <Кай 730>',
    to="Mr. Ж. Peeters, counsel",
    by="a.jansen",
    authority="BR-2026/17",
    release=3,
    root="ab" * 32,
    at="2026-06-01T16:00:00+02:00",
    zone=ZONE,
    signer="cd" * 32,
)

TEXTS: Final = (
    "De container staat op kaai 730.",
    "مرحبا، وصلت الحاوية 12 إلى الميناء الساعة 18:30 لا إله إلا الله",
    "שלום, המכולה 35 הגיעה לנמל ב-12:30",
    "Привет, груз уже в порту: ёжик, щука, объект №7",
    "你好，箱子到了。三号码头",
    "Één café à l'œuvre: garçon, naïef, hoë, Müller, ﬁnale office",
    "😀 👨‍👩‍👧 🇧🇪 ❤️ 👍🏽",
    '=HYPERLINK("http://x.example";"klik")',
    "+32 470 00 00 00",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "'quoted at the start",
    "＝1+1",
    'a,b;c"d""e\nnew line\r\nof Windows\rand of old\n\nlast',
    "  spaces  before,  within  and after  ",
    "tab\tin\tit, bell \x07, nul \x00, escape \x1b[31m, delete \x7f",
    "_x0041_ is no A; &amp; <b>no markup</b> #text[*no*] $x$ \\ @ref `raw`",
    "100\u202e0001\u202c turned",
    "null",
    "0032",
    "한국어 is not in any font, nor is \ue000, nor is \U0001f9ff\u0903",
    "mixed مرحبا and עברית and Русский 123 in one line",
    "zalgo z\u0351\u036b\u0343\u036a\u0302",
    "https://x.example/a?b=1&c=2#d mailto:a@b.example",
    "w" * 300,
    "",
    " ",
    f"I saw {PLACEHOLDER} there, and {PLACEHOLDER} too",
)

LONG: Final = "Lang bericht, " + "alinea met woorden. " * 500 + "\U0001f600" * 17 + "einde"
"""Over 10,000 characters."""

HUGE: Final = "x" * 32_000 + "\U0001f600" * 2_000 + "\n" + "=y" * 10_000
"""More than a cell of a spreadsheet holds."""

_TIMES: Final = (
    -86_400_001,
    0,
    1_585_443_599_999,  # the last moment of winter time in 2020
    1_585_443_600_000,  # and the first of summer time
    1_603_587_599_999,  # half past two in the night of the change back, for the first time
    1_603_591_199_999,  # and an hour later, when clocks show the same again
    1_603_591_200_000,
    1_609_459_200_123,
)


def moment(time: int) -> str:
    """Return a time as the pack writes it."""
    found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)
    return found.astimezone(ZoneInfo(ZONE)).isoformat(timespec="milliseconds")


def disclosed(line: int, **changes: object) -> Disclosed:
    """Return a message, plain but for the changes."""
    time = changes.pop("time", 1_600_000_000_000 + line * 61_007)
    assert isinstance(time, int)
    plain = Disclosed(
        line=line,
        record=line * 7,
        leaf=hashlib.sha256(str(line).encode()).hexdigest(),
        item=line % 3 == 0,
        event=f"$event{line}:server.example",
        conversation="!kade:server.example",
        sender="@k7q2zp:server.example",
        name="Zwarte Piet",
        recipients=("@m3x9aa:server.example",),
        time=time,
        iso=moment(time),
        clock="homeserver",
        uncertainty=0,
        kind=Kind.TEXT,
        verdict=Verdict.OPENED,
        reason="",
        text="ok",
        relation="",
        target="",
        attached=None,
        redactions=(),
        exhibit="EX-1",
        ciphertext_sha256="",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # whatever the test changes


def _odd(line: int) -> list[dict[str, object]]:
    picture = Attached(
        name="foto kade.jpg",
        mime="image/jpeg",
        size=3,
        sha256=hashlib.sha256(b"jpg").hexdigest(),
        file="",
        state="opened",
    )
    held = Redaction(field="text", why="lawyer and client; art. 458 Sw.", by="f.maes")
    return [
        {"text": LONG},
        {"text": HUGE},
        {
            "text": None,
            "kind": Kind.SEALED,
            "verdict": Verdict.NO_KEY,
            "reason": "no key of this session is held",
            "ciphertext_sha256": "0f" * 32,
        },
        {"text": None, "kind": Kind.SEALED, "verdict": Verdict.BAD_MAC, "reason": "=cmd|'/C calc'!A0"},
        {"text": PLACEHOLDER, "redactions": (held,)},
        {
            "text": PLACEHOLDER,
            "sender": PLACEHOLDER,
            "name": PLACEHOLDER,
            "recipients": (PLACEHOLDER,),
            "event": "",
            "conversation": PLACEHOLDER,
            "attached": Attached(name=PLACEHOLDER, mime="", size=None, sha256="", file="", state="redacted"),
            "redactions": (held, Redaction(field="message", why="=1+1", by="@f")),
        },
        {"text": "after it", "conversation": "!kade:server.example"},
        {"kind": Kind.EDIT, "relation": Relation.EDIT, "target": f"$event{line}:server.example", "text": "correctie"},
        {"relation": Relation.REPLY, "target": "$elsewhere:server.example", "text": "neen"},
        {"kind": Kind.PICTURE, "text": "foto kade.jpg", "attached": replace(picture, file=f"media/{picture.sha256}")},
        {
            "kind": Kind.VOICE,
            "text": None,
            "attached": replace(picture, name="=voice.ogg", mime="audio/ogg", size=None, sha256="", state="missing"),
        },
        {
            "sender": "@" + "n" * 240 + ":server.example",
            "name": "Naam " + "met heel veel woorden " * 10,
            "uncertainty": 500,
            "clock": "sender",
        },
        {"sender": "", "name": "", "recipients": (), "conversation": "", "event": ""},
        {
            "sender": "ABCD12",
            "name": "ملك الميناء",
            "recipients": ("@k7q2zp:server.example", "EFGH34", "@m3x9aa:server.example"),
            "conversation": 'groep\n"7"\x01\u202e',
        },
        {"sender": "ABCD12", "name": "second name", "recipients": ("ABCD12",), "conversation": 'groep\n"7"\x01\u202e'},
        *[dict[str, object](time=time, text=f"at {time}", conversation="times") for time in _TIMES],
    ]


def nasty() -> Sequence[Disclosed]:
    """Return messages that a format could get wrong, in the order of a schedule."""
    changes = [*(dict[str, object](text=text) for text in TEXTS), *_odd(len(TEXTS))]
    return [disclosed(line, **change) for line, change in enumerate(changes, 1)]


def many(count: int) -> list[Disclosed]:
    """Return so many messages, a hundred to a conversation."""
    return [disclosed(line, text=TEXTS[line % 7], conversation=f"!{line // 100}") for line in range(1, count + 1)]


def _claim(id_: str, account: str, person: Person, grade: Grade) -> Claim:
    return Claim(
        author="a.jansen",
        time=1_600_000_000_000,
        authority="BR-2026/17",
        id=id_,
        account=account,
        person=person,
        interval=Interval(start=1_600_000_000_000, end=None, zone=ZONE),
        grade=grade,
        supporting=(Statement(words="he says so"),),
        opposing=(),
    )


def _enclosed(act: Act, number: int) -> dict[str, str]:
    return {"entry": canonical({**to_entry(act), "number": number}).decode()}


def enclose_attributions(pack: Path) -> None:
    """Put three claims on the accounts of the messages into a pack: one in force, one inconclusive, one withdrawn."""
    jan, els = Person(id="P1", name='Jan "Кай" <Peeters>', born="1980-02-29"), Person(id="P2", name="Els", born=None)
    claims = (
        _claim("A1", "@k7q2zp:server.example", jan, Grade.MODERATELY_STRONG),
        _claim("A2", "@k7q2zp:server.example", els, Grade.INCONCLUSIVE),
        _claim("A10", "@m3x9aa:server.example", jan, Grade.STRONG),
    )
    withdrawal = Withdrawal(author="a.jansen", time=1_600_000_000_001, authority="BR-2026/17", claim="A10", reason="no")
    (pack / "attributions").mkdir()
    for number, claim in enumerate(claims):
        later = [_enclosed(withdrawal, 3)] if claim.id == withdrawal.claim else []
        proof = canonical({**_enclosed(claim, number), "later": later})
        (pack / "attributions" / f"{claim.id}.json").write_bytes(proof)
