"""Makes what is enclosed on the spot: drawn pictures (Pillow) and spoken voice messages (espeak-ng, then Opus in Ogg).

Neither bears anything of the machine that made it: no EXIF, no name of a person.
"""

import array
import io
import random
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 480, 320
WAVE_POINTS = 60
WAVE_TOP = 1024  # MSC3245: amplitudes run from 0 to 1024
_INK, _PAPER, _SEA, _SAND, _RED = "#1c2733", "#f6f1e3", "#2f6f8f", "#d9b77e", "#b5432f"
PROGRAMS = ("espeak-ng", "opusenc")
"""What speaking needs (Debian: espeak-ng, opus-tools)."""

_VOICES = {"nl": "nl", "fr": "fr-fr", "en": "en-gb", "es": "es", "ar": "ar", "ru": "ru"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An encoded picture, its sides in pixels."""

    data: bytes
    filename: str
    mimetype: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A spoken message in Ogg Opus; `waveform` has amplitudes from 0 to 1024 (MSC3245)."""

    data: bytes
    filename: str
    duration_ms: int
    waveform: tuple[int, ...]


def can_speak(language: str) -> bool:
    """Say whether there is a voice for a language and the programs are there."""
    return language in _VOICES and all(shutil.which(program) for program in PROGRAMS)


def speak(name: str, words: str, language: str) -> Voice:
    """Say the words in a language for which `can_speak` is true.

    Raises:
        subprocess.CalledProcessError: the speech program or the encoder failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        spoken, coded = Path(folder, "voice.wav"), Path(folder, "voice.ogg")
        _run("espeak-ng", "-v", _VOICES[language], "-s", "150", "-w", str(spoken), "--", words)
        _run("opusenc", "--quiet", "--bitrate", "16", str(spoken), str(coded))
        with wave.open(str(spoken)) as sound:
            samples = array.array("h", sound.readframes(sound.getnframes()))
            rate = sound.getframerate()
        return Voice(
            data=coded.read_bytes(),
            filename=f"{name}.ogg",
            duration_ms=round(1000 * len(samples) / rate),
            waveform=_waveform(samples),
        )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # no shell, and words are one argument


def _waveform(samples: Sequence[int]) -> tuple[int, ...]:
    step = max(1, len(samples) // WAVE_POINTS)
    peaks = [
        max(map(abs, samples[at : at + step])) for at in range(0, step * WAVE_POINTS, step) if samples[at : at + step]
    ]
    top = max([*peaks, 1])
    return tuple(round(WAVE_TOP * peak / top) for peak in peaks)


def draw(name: str) -> Picture:
    """Draw the picture of that name: photographs as JPEG, tables and posters as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    painter, suffix = _PAINTERS[name]
    painter(ImageDraw.Draw(image), random.Random(name))  # noqa: S311  # waves and flags
    out = io.BytesIO()
    if suffix == "jpg":
        image.save(out, "JPEG", quality=80)
    else:
        image.quantize(64).save(out, "PNG", optimize=True)
    mimetype = {"jpg": "image/jpeg", "png": "image/png"}[suffix]
    return Picture(data=out.getvalue(), filename=f"{name}.{suffix}", mimetype=mimetype, width=WIDTH, height=HEIGHT)


def _text(pen: ImageDraw.ImageDraw, x: float, y: float, words: str, *, size: int = 20, ink: str = _INK) -> None:
    pen.text((x, y), words, fill=ink, font=ImageFont.load_default(size))


def _table(pen: ImageDraw.ImageDraw, title: str, rows: tuple[tuple[str, ...], ...]) -> None:
    _text(pen, 20, 14, title, size=26)
    for number, row in enumerate(rows):
        top = 60 + number * 40
        pen.line((20, top - 4, WIDTH - 20, top - 4), fill=_SAND, width=2)
        for column, words in enumerate(row):
            _text(pen, 24 + column * (WIDTH - 40) / len(row), top + 6, words, size=18)


def _sky(pen: ImageDraw.ImageDraw, top: tuple[int, int, int], low: tuple[int, int, int], horizon: int) -> None:
    for y in range(horizon):
        mix = y / horizon
        red, green, blue = (round(a + (b - a) * mix) for a, b in zip(top, low, strict=True))
        pen.line((0, y, WIDTH, y), fill=(red, green, blue))
    pen.rectangle((0, horizon, WIDTH, HEIGHT), fill=_SEA)


def _boat(pen: ImageDraw.ImageDraw, x: int, y: int, length: int, hull: str) -> None:
    pen.polygon(
        [(x, y), (x + length, y), (x + length * 0.85, y + length * 0.2), (x + length * 0.15, y + length * 0.2)], hull
    )
    pen.line((x + length * 0.5, y, x + length * 0.5, y - length * 0.8), fill=_INK, width=3)
    pen.polygon([(x + length * 0.53, y - 6), (x + length * 0.53, y - length * 0.75), (x + length * 0.9, y - 6)], _PAPER)


def _harbour(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    _sky(pen, (44, 62, 105), (240, 150, 90), 190)
    pen.ellipse((330, 140, 410, 220), fill="#ffd27a")
    pen.rectangle((0, 190, WIDTH, HEIGHT), fill=_SEA)
    for _ in range(90):
        x, y = rng.randrange(WIDTH), rng.randrange(196, HEIGHT)
        pen.line((x, y, x + rng.randrange(6, 30), y), fill="#6fa3b8", width=2)
    for x, y, length in ((40, 230, 90), (190, 210, 60), (280, 255, 120)):
        _boat(pen, x, y, length, rng.choice((_RED, _INK, "#244b3c")))


def _poster(pen: ImageDraw.ImageDraw, _: random.Random) -> None:
    pen.rectangle((0, 0, WIDTH, 90), fill=_RED)
    _text(pen, 24, 22, "HAVENFEEST", size=44, ink=_PAPER)
    _text(pen, 24, 110, "12 · 13 · 14 juni 2026", size=30)
    _text(pen, 24, 160, "tall ship ESTRELLA DEL NORTE", size=22)
    _text(pen, 24, 195, "taiko · vis · couscous · muziek", size=22)
    _boat(pen, 330, 280, 110, _SEA)


def _rota(pen: ImageDraw.ImageDraw, _: random.Random) -> None:
    rows = (
        ("", "vr 12", "za 13", "zo 14"),
        ("06:30", "Jules", "Jules", "Jules"),
        ("12:00", "Bram", "Pieter", "Zeno"),
        ("15:00", "Esther", "Bram", "Vera"),
        ("18:30", "Owen", "Lotte", "Owen"),
        ("opruim", "-", "-", "iedereen"),
    )
    _table(pen, "Rota weekend, v3", rows)


def _berths(pen: ImageDraw.ImageDraw, _: random.Random) -> None:
    pen.rectangle((0, 60, WIDTH, HEIGHT), fill=_SEA)
    _text(pen, 20, 14, "Ligplaatsen", size=26)
    for number, name in enumerate(("Estrella", "Pilot", "Meeuw", "sleper")):
        pen.rectangle((40 + number * 110, 60, 52 + number * 110, 300), fill=_SAND)
        pen.ellipse((62 + number * 110, 90, 102 + number * 110, 230), fill=_PAPER, outline=_INK, width=3)
        _text(pen, 58 + number * 110, 245, name, size=16, ink=_PAPER)


def _cake(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for layer in range(3):
        left, top = 90 + layer * 40, 230 - layer * 55
        pen.rounded_rectangle((left, top, WIDTH - left, top + 55), 8, fill=("#e9d8a6", "#f2c9b0", "#d6e5c0")[layer])
    for _ in range(40):
        x, y = rng.randrange(100, 380), rng.randrange(125, 280)
        pen.ellipse((x, y, x + 5, y + 5), fill=_RED)
    pen.line((240, 120, 240, 40), fill=_INK, width=5)
    pen.line((240, 44, 330, 44), fill=_INK, width=5)
    pen.line((322, 44, 322, 84), fill=_INK, width=2)


def _tide(pen: ImageDraw.ImageDraw, _: random.Random) -> None:
    rows = (
        ("juin", "PM", "BM", "coef."),
        ("ven 12", "09:14", "15:26", "88"),
        ("sam 13", "10:03", "16:12", "94"),
        ("dim 14", "10:51", "16:58", "96"),
        ("lun 15", "11:40", "17:45", "95"),
    )
    _table(pen, "Getij · tide", rows)


def _ship(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    _sky(pen, (120, 170, 210), (220, 232, 240), 230)
    pen.polygon([(60, 225), (430, 225), (400, 275), (100, 275)], _INK)
    for mast in (140, 240, 340):
        pen.line((mast, 225, mast, 30), fill="#5b4630", width=5)
        for yard in range(3):
            pen.rectangle((mast - 38 + yard * 6, 170 - yard * 50, mast + 38 - yard * 6, 205 - yard * 50), fill=_PAPER)
    for flag in range(24):
        x = 70 + flag * 15
        pen.polygon([(x, 26), (x + 12, 26), (x + 6, 40)], rng.choice((_RED, _SAND, _SEA, "#4f7d4a")))


def _menu(pen: ImageDraw.ImageDraw, _: random.Random) -> None:
    rows = (("noodles", "6"), ("dumplings", "5"), ("harira", "4"), ("couscous", "9"), ("arroz", "8"), ("mint tea", "2"))
    _table(pen, "TODAY", rows)


def _crate(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for _ in range(14):
        x, y = rng.randrange(90, 340), rng.randrange(70, 150)
        pen.ellipse((x, y, x + 50, y + 44), fill=rng.choice((_RED, _SEA, "#e0b400", "#4f7d4a", _INK)))
    for plank in range(4):
        pen.rectangle((60, 150 + plank * 38, 420, 180 + plank * 38), fill=_SAND, outline="#8a6a3a", width=3)
    _text(pen, 150, 200, "LOST PROPERTY", size=22)


_PAINTERS: dict[str, tuple[Callable[[ImageDraw.ImageDraw, random.Random], None], str]] = {
    "harbour": (_harbour, "jpg"),
    "poster": (_poster, "png"),
    "rota": (_rota, "png"),
    "berths": (_berths, "png"),
    "cake": (_cake, "jpg"),
    "tide": (_tide, "png"),
    "ship": (_ship, "jpg"),
    "menu": (_menu, "png"),
    "crate": (_crate, "jpg"),
}

PICTURES = tuple(_PAINTERS)
"""Names of the pictures that `draw` knows."""
