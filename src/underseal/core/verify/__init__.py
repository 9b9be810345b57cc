"""The standalone verifier: anyone checks a proof with it, without a workspace and without trusting who made the proof.

It needs Python's standard library and `cryptography`, and of this project only `core.ledger` and `errors`. What it
checks is written down in docs/formats/proofs.md, so that somebody else can write another one.
"""

from underseal.core.verify.check import verify, verify_file
from underseal.core.verify.report import Outcome, Report, Step

__all__ = ["Outcome", "Report", "Step", "verify", "verify_file"]
