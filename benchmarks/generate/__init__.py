"""Material of any size to measure with: message tables, and homeserver captures with real Megolm ciphertexts."""
