"""The fixtures that all tests of the evidence half share."""

from gate_fixtures import access, audit, casework, gate, grant

__all__ = ["access", "audit", "casework", "gate", "grant"]
