"""A process that takes an exhibit in, to be killed or starved: WORKSPACE PATH NUMBER ROWS [LIMIT].

It writes a dot for every step of progress. ROWS is how many records a part has; LIMIT is the size, in bytes, beyond which no file may grow.
"""

import resource
import signal
import sys
from pathlib import Path

from underseal.evidence.audit import Audit
from underseal.evidence.authority import Gate
from underseal.evidence.casework import CaseWork
from underseal.evidence.decrypt import Keyring
from underseal.evidence.intake import Arrival, checkpoint, take
from underseal.evidence.intake.formats import _batches
from underseal.evidence.workspace import Workspace


def _dot(_done: int, _total: int) -> None:
    sys.stdout.write(".\n")
    sys.stdout.flush()


def main() -> None:
    workspace = Workspace.open(Path(sys.argv[1]))
    casework = CaseWork.of(workspace)
    audit = Audit(workspace.audit, workspace.signing_key)
    checkpoint.MAX_ROWS = int(sys.argv[4])  # type: ignore[misc]  # small parts, so that there is much to interrupt
    _batches.BATCH_UNITS = 50
    if len(sys.argv) > 5:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]), resource.RLIM_INFINITY))
    arrival = Arrival(
        number=sys.argv[3], custodian="nobody", condition="intact", received_from="a script", received_by="anna"
    )
    with workspace.writing(f"intake of {arrival.number}"):
        take(
            Path(sys.argv[2]),
            arrival,
            workspace=workspace,
            casework=casework,
            gate=Gate(casework, audit),
            store_keys=Keyring(workspace.keyring),
            user="anna",
            authority="BR-1",
            progress=_dot,
        )


if __name__ == "__main__":
    main()
