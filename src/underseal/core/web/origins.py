"""From how far a request comes: as much of an address as may be written down for ever."""

from enum import StrEnum
from ipaddress import IPv6Address, ip_address


class Origin(StrEnum):
    """From how far somebody asks."""

    MACHINE = "machine"
    PRIVATE = "private"
    PUBLIC = "public"
    UNKNOWN = "unknown"


def origin_of(address: str) -> Origin:
    """Return the class of an address: this machine, a private network (RFC 1918, 4193, 3927, 4291), or any other.

    Args:
        address: IPv4 or IPv6 as text; one that is none of them is UNKNOWN.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return Origin.UNKNOWN
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return Origin.MACHINE
    return Origin.PRIVATE if found.is_private or found.is_link_local else Origin.PUBLIC
