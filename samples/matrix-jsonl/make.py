"""Makes the samples of Matrix events as JSON lines; run it to make them anew, byte for byte the same.

The people are invented. A file whose name begins with "damaged-" holds one defect, which its name tells, between two sound
events.
"""

import gzip
import json
from pathlib import Path

HERE = Path(__file__).parent
ROOM = "!ferry:quay.example"
NOOR, SAM = "@noor:quay.example", "@sam:quay.example"
START = 1_700_000_000_000

Event = dict[str, object]


def event(number: int, kind: str, sender: str, content: Event, **more: object) -> Event:
    """One event of the room, some seconds after the one before."""
    return {
        "event_id": f"$quay-{number:02d}",
        "type": kind,
        "room_id": ROOM,
        "sender": sender,
        "origin_server_ts": START + 7_000 * number,
        "content": content,
        **more,
    }


def text(body: str, **more: object) -> Event:
    """The content of a text message."""
    return {"msgtype": "m.text", "body": body, **more}


def relates(kind: str, number: int, **more: object) -> Event:
    """What refers to another event."""
    return {"m.relates_to": {"rel_type": kind, "event_id": f"$quay-{number:02d}", **more}}


def story() -> list[Event]:
    """A short talk about a ferry."""
    new = {"m.new_content": text("The last boat leaves at 22:15.")}
    sealed = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": "AwgAEhBhIHNtYWxsIHNhbXBsZQ",
        "device_id": "NOORPHONE",
        "sender_key": "aW52ZW50ZWQga2V5IG9mIGEgZGV2aWNlLCAzMmI",
        "session_id": "aW52ZW50ZWQgc2Vzc2lvbiwgbm8gcmVhbCBrZXk",
    }
    picture = {
        "msgtype": "m.image",
        "body": "quay.jpg",
        "url": "mxc://quay.example/quay01",
        "info": {"w": 640, "h": 480},
    }
    return [
        event(1, "m.room.create", NOOR, {"room_version": "10"}, state_key=""),
        event(2, "m.room.member", NOOR, {"membership": "join", "displayname": "Noor"}, state_key=NOOR),
        event(3, "m.room.name", NOOR, {"name": "Ferry"}, state_key=""),
        event(4, "m.room.member", SAM, {"membership": "join", "displayname": "Sam"}, state_key=SAM),
        event(5, "m.room.message", SAM, text("When does the last boat leave?")),
        event(
            6,
            "m.room.message",
            NOOR,
            text("At 22:05.", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$quay-05"}}}),
        ),
        event(7, "m.room.message", NOOR, text("* The last boat leaves at 22:15.", **new, **relates("m.replace", 6))),
        event(8, "m.reaction", SAM, relates("m.annotation", 7, key="👍")),
        event(9, "m.room.message", SAM, picture),
        event(10, "m.room.message", SAM, text("wrong chat")),
        event(11, "m.room.redaction", SAM, {"reason": "wrong chat", "redacts": "$quay-10"}, redacts="$quay-10"),
        event(12, "m.room.encrypted", NOOR, sealed),
        event(13, "m.room.message", NOOR, text("Tot straks! До скорого! またね")),
        event(14, "org.example.tide", NOOR, {"body": "High water 23:40"}),
    ]


def line(value: Event) -> bytes:
    """One event as a line."""
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def federation(value: Event) -> Event:
    """The event as servers send it to one another: no id, but hashes and parents."""
    bare = {name: member for name, member in value.items() if name != "event_id"}
    return {**bare, "depth": 1, "auth_events": [], "prev_events": [], "hashes": {"sha256": "aW52ZW50ZWQ"}}


def defects() -> dict[str, bytes]:
    """The defects, by name."""
    sound = event(2, "m.room.message", SAM, text("between"))
    return {
        "cut-off": line(sound)[:60] + b"\n",
        "200000-open-brackets": b"[" * 200_000 + b"\n",
        "nul-bytes": b"\0" * 64 + b"\n",
        "not-utf8": line(sound).replace(b"between", b"\xff\xfe\xfd"),
        "sender-is-a-list": line({**sound, "sender": [SAM]}),
        "impossible-time": line({**sound, "origin_server_ts": 10**17}),
        "no-content": line({name: member for name, member in sound.items() if name != "content"}),
    }


def main() -> None:
    """Write all samples."""
    plain = b"".join(map(line, story()))
    (HERE / "events.jsonl").write_bytes(plain)
    (HERE / "events.jsonl.gz").write_bytes(gzip.compress(plain, mtime=0))
    (HERE / "federation.jsonl").write_bytes(b"".join(line(federation(value)) for value in story()))
    before, after = (
        event(number, "m.room.message", NOOR, text(body)) for number, body in ((1, "before"), (3, "after"))
    )
    for name, defect in defects().items():
        (HERE / f"damaged-{name}.jsonl").write_bytes(line(before) + defect + line(after))


if __name__ == "__main__":
    main()
