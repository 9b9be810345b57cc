"""The homeserver: Synapse as a child process, closed by our module inside it.

`module` is imported by Synapse only. The rest of the package imports nothing of Synapse, so that commands start fast.
"""

from underseal.network.homeserver.configuration import DATABASE_VARIABLE, furnish_homeserver
from underseal.network.homeserver.process import Homeserver, is_running, running

__all__ = ["DATABASE_VARIABLE", "Homeserver", "furnish_homeserver", "is_running", "running"]
