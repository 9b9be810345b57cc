"""Languages of messages, by a small and honest detection: script, and words that stand in nearly every sentence.

A message whose words do not decide is "not determined", and counted as that. It is no translation and no opinion on where
somebody comes from; the original text stands in the evidence.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from underseal.evidence.identity.facts import both, sent
from underseal.evidence.search import Is, Order, search
from underseal.evidence.store import View

SAMPLE: Final = 500
"""Messages that are looked at from either end of what an account wrote."""

UNDETERMINED: Final = ""
"""Stands for the language of a message whose words do not decide."""

MIN_WORDS: Final = 2
"""Different frequent words of a language that a message in the Latin script must hold."""

_WORDS: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(common.split())
    for code, common in {
        "nl": "ik je het de dat een niet en wat van we ze op te hij er met voor die maar heb om was als dit aan zijn mij ja naar"
        " dan nog wel kan ben goed hoe weet moet nu waar hier ook bij geen daar zo uit doen komt wil gaan morgen vandaag al",
        "en": "i you the to a it of and that is in for my on me we what have be this do your are not was with at so but he they"
        " if about no can all will get there just like know here up out then when from come tomorrow today",
        "fr": "je de est pas le vous la tu que un il et à a en ne les on ça une des pour dans moi qui ce elle du mais me sur si"
        " plus y bien oui par avec tout non fait se ai suis quoi là très comme ici où quand alors demain au",
        "de": "ich du das der die ist nicht und wir sie ein es zu was in mit auf den mir mich so ja wie für hier haben ja aber"
        " auch noch nur wenn kann dich eine wo dann von sich habe bist morgen heute",
        "es": "que no de la el y a es en un lo por me qué una te los se con para mi está si bien pero yo eso las su tu aquí del"
        " al como le más esto ya todo esta vamos muy hay ahora dónde mañana hoy",
        "it": "che non di e la il un è per sono una mi ho ti si in ma lo cosa con se le bene ci qui come da sei del questo io"
        " della tutto anche dove domani oggi",
        "pt": "que não de o a é e um eu para em do você está com uma se me por os isso no da mas bem como na mais aqui ele foi"
        " muito já onde amanhã hoje",
        "tr": "bir bu ne ve için o ben mi çok da de var evet hayır değil ama iyi sen şey gibi daha kadar yok bana biz nasıl yarın",
        "pl": "nie to się w i na że jest do z tak co jak ja mnie ty ale go jestem mam za tu będzie masz już jutro dziś gdzie",
        "ru": "я не что в и ты это на с он как мы да но все у меня а так вы же за то нет бы мне по было есть еще уже там кто завтра",
        "ar": "في من على ما لا هذا أن هل إلى كان يا مع هو لم عن كل أنا نحن هذه الذي غدا اليوم إن أو و",
    }.items()
}
"""The commonest words of everyday speech."""

_SCRIPTS: Final = {
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff",
    "th": "\u0e00-\u0e7f",
    "ko": "\u1100-\u11ff\uac00-\ud7af",
    "ja": "\u3040-\u30ff\uff66-\uff9f",
}
"""Scripts that are written in one language only, as far as short messages go; Japanese is told by its kana."""

_SCRIPT: Final = {code: re.compile(f"[{letters}]") for code, letters in _SCRIPTS.items()}
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_CHINESE: Final = re.compile("[的了是不我你在们們这這吗嗎么麼]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A language of an account's messages.

    Attributes:
        language: ISO 639-1, "" for those that are not determined.
        records: numbers of the messages of the sample that are in it, in order.
    """

    language: str
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """The languages of an account: looked for in its oldest and its newest messages.

    Attributes:
        spoken: the commonest first, those not determined last. looked_at: readable texts of the sample. of: all it sent.
    """

    spoken: tuple[Spoken, ...]
    looked_at: int
    of: int


def language_of(text: str) -> str:
    """Return the language of a text (ISO 639-1), UNDETERMINED where its words do not decide."""
    for code, script in _SCRIPT.items():
        if script.search(text):
            return code
    if _HAN.search(text):
        return "zh" if _CHINESE.search(text) else UNDETERMINED
    found = set(_WORD.findall(text.casefold()))
    hits = sorted(((len(found & common), code) for code, common in _WORDS.items()), reverse=True)
    (best, code), (second, _) = hits[:2]
    least = 1 if code in {"ru", "ar"} else MIN_WORDS
    return code if best >= least and best > second else UNDETERMINED


def languages_of(view: View, account: str) -> Languages:
    """Look for the languages of what an account wrote."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    texts = dict(_texts(view, account))
    for number, text in sorted(texts.items()):
        found[language_of(text)].append(number)
    ordered = sorted(found.items(), key=lambda pair: (pair[0] == UNDETERMINED, -len(pair[1]), pair[0]))
    total = search(view, sent(account), limit=1, columns=["number"]).total
    spoken = tuple(Spoken(language=code, records=tuple(numbers)) for code, numbers in ordered)
    return Languages(spoken=spoken, looked_at=len(texts), of=total)


def _texts(view: View, account: str) -> Iterator[tuple[int, str]]:
    query = both(sent(account), Is(field="verdict", value="readable"), Is(field="kind", value="text"))
    for order in (Order.OLDEST, Order.NEWEST):
        rows = search(view, query, order=order, limit=SAMPLE, columns=["number", "text"]).rows
        for number, text in zip(rows.column("number").to_pylist(), rows.column("text").to_pylist(), strict=True):
            if text:
                yield number, text
