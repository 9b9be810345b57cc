"""Making a network: its folder with all that its parts need, wholly or not at all."""

from pathlib import Path

from underseal.network.capture import Orders
from underseal.network.homeserver import furnish_homeserver
from underseal.network.licences import Licences
from underseal.network.reward import Reward
from underseal.network.setup import Network, NetworkSettings


def create_network(path: Path, settings: NetworkSettings) -> Network:
    """Make a network's folder.

    Args:
        path: folder to make; may exist if it is empty. Its parent must exist.
        settings: checked already.

    Raises:
        ConflictError: the folder is not empty.
        CallerError: there is no parent folder.
        InternalError: the disk refuses.
    """
    return Network.init(path, settings, _furnish)


def _furnish(network: Network) -> None:
    furnish_homeserver(network)
    Orders.create(network)
    Reward.create(network.reward, network.signing_key)
    Licences.create(network.licences, network.signing_key).close()
