"""A process that takes the exhibit J-1 in, to be killed or starved."""

import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from underseal.errors import UndersealError
from underseal.evidence.audit import Audit
from underseal.evidence.authority import Gate
from underseal.evidence.casework import CaseWork
from underseal.evidence.decrypt import Keyring
from underseal.evidence.intake import Arrival, checkpoint, take
from underseal.evidence.intake.formats import _batches
from underseal.evidence.workspace import Workspace


def take_in(telling: Connection, root: str, file: str, rows: int, limit: int | None) -> None:
    """Take a file in; tell a dot for every step of progress, and what is wrong.

    Args:
        telling: by what. root: of the workspace. file: which. rows: how many a part has.
        limit: the size, in bytes, beyond which no file may grow.
    """
    workspace = Workspace.open(Path(root))
    casework = CaseWork.of(workspace)
    audit = Audit(workspace.audit, workspace.signing_key)
    checkpoint.MAX_ROWS = rows  # type: ignore[misc]  # small parts, so that there is much to interrupt
    _batches.BATCH_UNITS = 50
    if limit is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    arrival = Arrival(
        number="J-1", custodian="nobody", condition="intact", received_from="a script", received_by="anna"
    )
    try:
        with workspace.writing("intake of J-1"):
            take(
                Path(file),
                arrival,
                workspace=workspace,
                casework=casework,
                gate=Gate(casework, audit),
                store_keys=Keyring(workspace.keyring),
                user="anna",
                authority="BR-1",
                progress=lambda _done, _total: telling.send("."),
            )
    except UndersealError as error:
        telling.send(error.message)
        sys.exit(1)
