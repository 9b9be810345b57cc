"""Capture: what the operator of a network hands over under a judge's order, whole at first and then in increments.

    begin_capture(network, order, now)          the server's deletions are logged, and the module keeps its feed
    hand_over(network, folder, now)             the exhibit; again and again, each with what is new
    end_capture(network, now)                   and nothing is kept any more

The evidence half reads the folder as it reads any homeserver's; the two share no code but `core`.
"""

from underseal.network.capture.handover import MANIFEST, Handover, begin_capture, end_capture, hand_over, read_manifest
from underseal.network.capture.order import ALL, Order, Orders
from underseal.network.capture.reconcile import Difference, Reconciliation, reconcile

__all__ = [
    "ALL",
    "MANIFEST",
    "Difference",
    "Handover",
    "Order",
    "Orders",
    "Reconciliation",
    "begin_capture",
    "end_capture",
    "hand_over",
    "read_manifest",
    "reconcile",
]
