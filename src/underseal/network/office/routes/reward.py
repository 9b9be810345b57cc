"""The public reward: the one part of the office that is open to everybody, and changes nothing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, Final

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, StreamingResponse

from underseal.core.verify.reward import Challenge
from underseal.core.web.files import DOCUMENT
from underseal.errors import ThrottledError
from underseal.network.office.logins import address_of
from underseal.network.office.shared import SharedState
from underseal.network.reward import challenge_bytes, event_lines, render_page
from underseal.network.reward.page import POLICY

router = APIRouter(prefix="/reward", tags=["reward"])

EXPORT: Final = "reward.jsonl"
"""Name of the whole ledger as a file: `underseal verify reward.jsonl`."""

_CHUNK: Final = 1 << 20
"""Bytes of an export that are sent at a time."""

Id = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$", description="Id of the challenge.")]


class ChallengeFile(Response):
    """A challenge, as a file to be kept: `underseal reward check FILE`."""

    media_type = "application/json"


class JsonLines(Response):
    """A file of JSON lines."""

    media_type = "application/jsonl"


class ExportFile(StreamingResponse):
    """The whole ledger of the reward as a file that anyone can check."""

    media_type = "application/jsonl"


@router.get("", response_class=HTMLResponse)
def show_reward(shared: SharedState) -> HTMLResponse:
    """Show every challenge with its reward, its terms and where it stands, and how to claim and check it."""
    page = render_page(
        shared.reward.book().contests.values(),
        at=shared.now,
        key=shared.network.signing_key.public,
        name=shared.network.settings.server_name,
        address=_address,
        export=f"/reward/{EXPORT}",
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'"})


@router.get(f"/{EXPORT}", response_class=ExportFile)
def export_reward(request: Request, shared: SharedState) -> ExportFile:
    """Take the whole ledger of the reward, with all that is needed to check it."""
    if wait := shared.exports.wait(address_of(request), at=shared.millis):
        raise ThrottledError("The ledger was asked for too often.", wait=-(-wait // 1000))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / EXPORT
        shared.reward.export(file)
        size, stream = (
            file.stat().st_size,
            file.open("rb"),
        )  # its name goes with the folder; what is open stays readable
    headers = {"Content-Disposition": f'attachment; filename="{EXPORT}"', "Content-Length": str(size)}
    return ExportFile(_chunks(stream), headers=headers)


@router.get("/{challenge}/challenge.json", response_class=ChallengeFile, responses=DOCUMENT)
def read_challenge(shared: SharedState, challenge: Id) -> ChallengeFile:
    """Take a challenge: its conversation sealed, its commitment and its terms."""
    return ChallengeFile(challenge_bytes(shared.reward.find(challenge).challenge))


@router.get("/{challenge}/events.jsonl", response_class=JsonLines)
def read_events(shared: SharedState, challenge: Id) -> JsonLines:
    """Take the sealed messages of a challenge, a Matrix event a line."""
    return JsonLines(event_lines(shared.reward.find(challenge).challenge))


def _address(challenge: Challenge, name: str) -> str:
    return f"/reward/{challenge.id}/{name}"


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
