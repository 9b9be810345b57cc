"""One file per noun; each route says who asks, whether they may, does it, and answers."""
