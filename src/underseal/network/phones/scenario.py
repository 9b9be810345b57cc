"""A scenario as it is written: a YAML file with a cast, conversations, and what happens when.

Everything is checked where it is read. An error names the line and the key, and the nearest name that there is. What people
say between the written events is left to `plan`, the playing to `play`.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from underseal.errors import CallerError
from underseal.network.phones.enclosures import PICTURES

MAX_FILE_BYTES: Final = 1 << 20
"""Largest scenario that is read, in bytes."""

MAX_MESSAGES: Final = 1_000_000
"""Most messages of one conversation."""

_Seconds = Annotated[float, Field(ge=0, le=7 * 24 * 3600)]
_Timer = Annotated[int, Field(ge=0, le=365 * 24 * 3600)]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_Count = Annotated[int, Field(ge=0, le=MAX_MESSAGES)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Actor(_Strict):
    """Somebody of the cast, with one phone; speaks these languages, the first the best."""

    languages: Annotated[list[_Name], Field(min_length=1)]


class Talk(_Strict):
    """A conversation. The first member begins it. `messages` is how many there are, the kinds among them included."""

    members: Annotated[list[_Name], Field(min_length=2)]
    name: str | None = None
    direct: bool = False
    topics: list[str] = []
    timer: _Timer = 0
    messages: _Count = 0
    replies: _Count = 0
    reactions: _Count = 0
    pictures: _Count = 0
    voices: _Count = 0


class _Event(_Strict):
    at: _Seconds
    who: _Name


class Say(_Event):
    """A text. `name` lets later events speak of it; `refused` says that the server must not take it."""

    act: Literal["say"]
    where: _Name
    words: Annotated[str, Field(min_length=1)]
    language: _Name
    name: _Name | None = None
    reply_to: _Name | None = None
    timer: _Timer | None = None
    refused: bool = False


class Show(_Event):
    """A picture that is drawn on the spot."""

    act: Literal["picture"]
    where: _Name
    draw: str
    words: str
    language: _Name
    name: _Name | None = None
    timer: _Timer | None = None


class Speak(_Event):
    """A voice message that is spoken on the spot, or a text where nothing can speak."""

    act: Literal["voice"]
    where: _Name
    words: Annotated[str, Field(min_length=1)]
    language: _Name
    name: _Name | None = None
    timer: _Timer | None = None


class React(_Event):
    """A reaction to something that was named."""

    act: Literal["react"]
    to: _Name
    sign: Annotated[str, Field(min_length=1, max_length=20)]


class Delete(_Event):
    """Something that was named is deleted by who said it."""

    act: Literal["delete"]
    what: _Name


class Arrange(_Event):
    """Another name or timer for a conversation; what is not given stays."""

    act: Literal["set"]
    where: _Name
    name: str | None = None
    timer: _Timer | None = None


class Join(_Event):
    """Somebody joins late, and must not read what was before."""

    act: Literal["join"]
    where: _Name


class Leave(_Event):
    """Somebody leaves a conversation."""

    act: Literal["leave"]
    where: _Name


class Lose(_Event):
    """A phone is lost: from then on it is off."""

    act: Literal["lose"]


class Expire(_Event):
    """A licence ends at that moment; needs the network's folder."""

    act: Literal["expire"]


Event = Annotated[
    Say | Show | Speak | React | Delete | Arrange | Join | Leave | Lose | Expire, Field(discriminator="act")
]


class Scenario(_Strict):
    """A whole scenario.

    `lines` is the folder of what people say, seen from the scenario's file; `seconds` how long it plays; `seized` whose phones
    hand their keys over at the end.
    """

    title: Annotated[str, Field(min_length=1)]
    seed: int = 0
    seconds: Annotated[float, Field(gt=0, le=7 * 24 * 3600)]
    lines: str
    cast: Annotated[dict[_Name, Actor], Field(min_length=2)]
    conversations: Annotated[dict[_Name, Talk], Field(min_length=1)]
    events: list[Event] = []
    seized: list[_Name] = []


def read_scenario(file: Path) -> Scenario:
    """Read and check a scenario.

    Raises:
        CallerError: it cannot be read, or something in it cannot be; names file, line and key.
    """
    root = _parsed(file)
    try:
        scenario = Scenario.model_validate(yaml.SafeLoader("").construct_document(root) if root else None)
    except ValidationError as error:
        first = error.errors()[0]
        path, line = _place(root, first["loc"])
        raise CallerError(f"{file}, line {line}: {path}: {_words(first)}", hint=_hint(root, first)) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise CallerError(f"{file} is no scenario: {error}") from None
    for loc, words, hint in _faults(scenario):
        path, line = _place(root, loc)
        raise CallerError(f"{file}, line {line}: {path}: {words}", hint=hint)
    return scenario


def _parsed(file: Path) -> yaml.Node | None:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise CallerError(f"{file} is larger than {MAX_FILE_BYTES >> 20} MiB.")
        found: yaml.Node | None = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError):
        raise CallerError(f"{file} cannot be read.") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise CallerError(f"{file}{place}: {getattr(error, 'problem', None) or 'this is not YAML'}.") from None
    return found


def _place(root: yaml.Node | None, loc: Iterable[int | str]) -> tuple[str, int]:
    """Return the path of a fault in words, and its line; parts of `loc` that pydantic puts in are passed over."""
    node, path = root, ""
    line = root.start_mark.line + 1 if root else 1
    for part in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            path += f"[{part + 1}]"
        elif isinstance(node, yaml.MappingNode):
            key = next((key for key, _ in node.value if key.value == str(part)), None)
            if key is None:
                continue
            line = key.start_mark.line + 1
            path += f".{part}" if path else str(part)
            node = next(value for found, value in node.value if found is key)
            continue
        else:
            continue
        line = node.start_mark.line + 1
    return path or "the scenario", line


def _words(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return f'"{error["loc"][-1]}" is missing.'
    if error["type"] == "extra_forbidden":
        return "there is no such key."
    if error["type"] == "union_tag_invalid":
        return f'there is no act "{error["ctx"]["tag"]}".'
    if error["type"] == "union_tag_not_found":
        return '"act" is missing.'
    return f"{error['msg']}."


_KINDS: Final[tuple[type[_Event], ...]] = (Say, Show, Speak, React, Delete, Arrange, Join, Leave, Lose, Expire)
_ACTS: Final = {str(kind.model_fields["act"].annotation.__args__[0]): kind for kind in _KINDS}  # type: ignore[union-attr]  # each is a Literal


def _hint(root: yaml.Node | None, error: Mapping[str, Any]) -> str:
    loc = error["loc"]
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return near(str(error.get("ctx", {}).get("tag", "")), _ACTS)
    if error["type"] != "extra_forbidden" or root is None:
        return ""
    fields = Scenario.model_fields
    if loc[0] == "cast":
        fields = Actor.model_fields
    elif loc[0] == "conversations":
        fields = Talk.model_fields
    elif loc[0] == "events":
        fields = _ACTS[str(loc[2])].model_fields
    return near(str(loc[-1]), fields)


def near(name: str, names: Iterable[str]) -> str:
    """Return a hint: the nearest of some names, or all of them."""
    known = list(names)
    found = difflib.get_close_matches(name, known, n=1)
    return f'Did you mean "{found[0]}"?' if found else f"There are: {', '.join(known)}."


_Fault = tuple[tuple[int | str, ...], str, str]


def _faults(scenario: Scenario) -> Iterator[_Fault]:
    """Yield what fits together badly: names that nothing bears, and events at impossible moments."""
    ends = {event.who for event in scenario.events if isinstance(event, Expire)}
    for name, talk in scenario.conversations.items():
        for number, who in enumerate(talk.members):
            yield from _known(who, scenario.cast, ("conversations", name, "members", number))
        if talk.direct and (len(talk.members) != 2 or talk.name is not None):  # noqa: PLR2004
            yield ("conversations", name), "a direct conversation has two members and no name.", ""
        kinds = talk.replies + talk.reactions + talk.pictures + talk.voices
        if kinds > talk.messages:
            yield ("conversations", name, "messages"), f"{kinds} messages of a kind are more than all.", ""
        if talk.members[0] in ends:
            yield ("conversations", name, "members", 0), "who begins a conversation needs a licence that lasts.", ""
    for number, who in enumerate(scenario.seized):
        yield from _known(who, scenario.cast, ("seized", number))
    named: dict[str, Say | Show | Speak] = {}
    for number, event in enumerate(scenario.events):
        yield from _event_faults(scenario, ("events", number), event, named)
        if isinstance(event, Say | Show | Speak) and event.name is not None:
            if event.name in named:
                yield ("events", number, "name"), f'"{event.name}" names something else already.', ""
            named[event.name] = event


def _event_faults(
    scenario: Scenario, loc: tuple[int | str, ...], event: _Event, named: Mapping[str, _Event]
) -> Iterator[_Fault]:
    yield from _known(event.who, scenario.cast, (*loc, "who"))
    if event.at > scenario.seconds:
        yield (*loc, "at"), f"it is over after {scenario.seconds:g} seconds.", ""
    for key, names in (("where", scenario.conversations), ("reply_to", named), ("to", named), ("what", named)):
        if (name := getattr(event, key, None)) is None:
            continue
        yield from _known(name, names, (*loc, key))
        if (before := named.get(name)) and before.at > event.at:
            yield (*loc, key), f'"{name}" is said later.', ""
    if isinstance(event, Delete) and named[event.what].who != event.who:
        yield (*loc, "who"), f'"{event.what}" was said by {named[event.what].who}, who alone deletes it.', ""
    if isinstance(event, Show) and event.draw not in PICTURES:
        yield (*loc, "draw"), f'there is no picture "{event.draw}".', near(event.draw, PICTURES)


def _known(name: str, names: Iterable[str], loc: tuple[int | str, ...]) -> Iterator[_Fault]:
    if name not in names:
        yield loc, f'there is no "{name}".', near(name, names)
