"""What both halves share: records, cryptography and the ledger. No sockets."""
