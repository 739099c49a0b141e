"""What counts as one place that requests come from."""

import pytest

from portal.safety.addresses import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::"),
        ("a socket", "a socket"),
        ("", ""),
    ],
)
def test_a_line_is_one_place_however_many_addresses_it_has(address: str, network: str) -> None:
    assert network_of(address) == network
