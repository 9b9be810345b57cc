"""The forms of a disclosure: 10,000 messages in every format, with the time of each and the memory of all."""

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.process import measure
from underseal.core.records import Kind, Verdict
from underseal.evidence.disclosure import Disclosed, Head
from underseal.evidence.disclosure.forms import FORMS

MESSAGES = 10_000
SECONDS = 60
BYTES = 2**30
TEXTS = (
    "de container staat vanavond op kaai 730, stuur mij het nummer",
    "ok",
    "груз уже в порту, встречаемся завтра утром у ворот",
    "مرحبا، وصلت الحاوية إلى الميناء الساعة 18:30",
    "demain à huit heures, comme d'habitude, et personne d'autre",
    "箱子到了，三号码头",
)
HEAD = Head(
    dossier="D1",
    title="Benchmark",
    to="counsel",
    by="benchmark",
    authority="BR-2026/17",
    release=1,
    root="ab" * 32,
    at="2026-06-01T16:00:00+00:00",
    zone="UTC",
    signer="cd" * 32,
)


def run(folder: Path) -> list[Figure]:
    """Write every form."""
    measured = measure(write, folder)
    seconds = sum(measured.result.values())
    return [
        *(
            Figure(subject="forms", name=f"{MESSAGES:,} messages as {name}", ours=took, unit="s")
            for name, took in measured.result.items()
        ),
        Figure(
            subject="forms",
            name=f"{MESSAGES:,} messages in all forms",
            ours=seconds,
            unit="s",
            goal=f"under {SECONDS} s",
            met=seconds < SECONDS,
            note=f"processor time {measured.cpu_seconds:.0f} s",
        ),
        Figure(
            subject="forms",
            name="peak memory of all processes",
            ours=measured.peak / 2**20,
            unit="MiB",
            goal="under 1 GiB",
            met=measured.peak < BYTES,
            note="does not grow with the messages: the PDF is set in volumes",
        ),
    ]


def write(folder: Path) -> dict[str, float]:
    """Return how many seconds each form took."""
    seconds = {}
    for name, form in FORMS.items():
        (into := folder / name).mkdir()
        started = time.perf_counter()
        form(HEAD, messages, into)
        seconds[name] = time.perf_counter() - started
    return seconds


def messages() -> Iterator[Disclosed]:
    """Yield the messages, a hundred to a conversation."""
    start = datetime(2024, 9, 2, tzinfo=UTC)
    for line in range(1, MESSAGES + 1):
        moment = start + timedelta(seconds=97 * line)
        room = line // 100
        yield Disclosed(
            line=line,
            record=line * 13,
            leaf=hashlib.sha256(str(line).encode()).hexdigest(),
            item=line % 5 == 0,
            event=f"$event{line}:server.example",
            conversation=f"!room{room}:server.example",
            sender=f"@k{room:03}{line % 4}:server.example",
            name=f"Name {line % 4}",
            recipients=tuple(f"@k{room:03}{other}:server.example" for other in range(4) if other != line % 4),
            time=int(moment.timestamp() * 1000),
            iso=moment.isoformat(timespec="milliseconds"),
            clock="homeserver",
            uncertainty=0,
            kind=Kind.TEXT if line % 10 else Kind.SEALED,
            verdict=Verdict.OPENED if line % 10 else Verdict.NO_KEY,
            reason="" if line % 10 else "no key of this session is held",
            text=TEXTS[line % len(TEXTS)] if line % 10 else None,
            relation="",
            target="",
            attached=None,
            redactions=(),
            exhibit="EX-1",
            ciphertext_sha256="",
        )
