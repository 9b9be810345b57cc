"""The public reward, as the standalone verifier checks it."""
