"""Names of files that the module inside Synapse and its neighbours outside agree on."""

from typing import Final

ORDER_FILE: Final = "order.json"
"""In DIR/capture, while an order to capture is in force: {"number", "from", "to"}, times in milliseconds since 1970."""

FEED_FILE: Final = "feed.jsonl"
"""In DIR/capture: the module's feed, one event a line."""
