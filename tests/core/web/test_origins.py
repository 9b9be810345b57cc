"""As much of an address as may be written down for ever."""

import pytest

from underseal.core.web.origins import origin_of


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("127.0.0.1", "machine"),
        ("::1", "machine"),
        ("::ffff:127.0.0.1", "machine"),
        ("10.1.2.3", "private"),
        ("192.168.7.1", "private"),
        ("fd00::1", "private"),
        ("fe80::1", "private"),
        ("169.254.1.1", "private"),
        ("93.184.216.34", "public"),
        ("::ffff:93.184.216.34", "public"),
        ("2606:4700::1111", "public"),
        ("(unknown)", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_has_a_class(address: str, origin: str) -> None:
    assert origin_of(address) == origin
