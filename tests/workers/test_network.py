# ruff: noqa: S104
"""Which addresses are public, and what an allow-list may say."""

import ipaddress

import pytest

from workers.network import AllowList, Guard, canonical_target, is_public, unwrapped

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1",
    "64:ff9b::a00:1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:0:7f00:1::",
    "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "fe80::1%eth0",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "192.0.1.1", "2606:4700::1111",
          "2a00:1450:4001::8a", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]  # fmt: skip
PLAIN = AllowList().guard("example.org", 443)


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not PLAIN.permits(address, 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_that_are_public(address: str) -> None:
    assert PLAIN.permits(address, 443)


def test_the_special_ranges_agree_with_what_the_standard_library_calls_private() -> None:
    """Every network that `ipaddress` itself keeps as private is refused at both of its ends."""
    kept = [
        *ipaddress.IPv4Address._constants._private_networks,  # type: ignore[attr-defined]
        *ipaddress.IPv6Address._constants._private_networks,  # type: ignore[attr-defined]
    ]
    assert len(kept) > 20
    for network in kept:
        # All IPv4-mapped addresses are one entry there; here each stands for its IPv4 address.
        if str(network) == "::ffff:0:0/96":
            continue
        for address in (network[0], network[-1]):
            assert not is_public(unwrapped(address)), network


def test_nothing_allows_the_unspecified_address_or_multicast() -> None:
    everything = AllowList.of([("gpu.lan", None), ("127.0.0.1", None), ("169.254.0.0/16", None)])
    guard = everything.guard("gpu.lan", 80)
    assert guard.permits("169.254.1.1", 80)
    for address in ("0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255"):
        assert not guard.permits(address, 80)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 127.0.0.1 ", "127.0.0.1/32"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("[::1]", "::1/128"),
        ("FD00::/8", "fd00::/8"),
        ("GPU.lan.", "gpu.lan"),
        ("ollama", "ollama"),
        ("my_host-1.internal", "my_host-1.internal"),
    ],
)
def test_a_target_has_one_spelling(text: str, expected: str) -> None:
    assert canonical_target(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "*", "a b", "http://x", "x:80", "127.1", "2130706433", "0x7f000001", "host.0x7f", "-a.b",
     "0.0.0.0/0", "::/0", "0.0.0.0", "224.0.0.0/8", "a" * 254, "ä.example.org", "a..b"],
)  # fmt: skip
def test_what_is_no_target(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no address|holds addresses"):
        canonical_target(text)


def test_equal_rules_make_equal_guards() -> None:
    one = AllowList.of([("10.0.0.0/8", 80), ("gpu.lan", None)])
    two = AllowList.of([("gpu.lan", None), ("10.0.0.0/8", 80)])
    assert one.guard("example.org", 1) == two.guard("other.org", 2)
    assert one.guard("GPU.LAN.", 1) == Guard(networks=one.networks, trusts_name=True)
    assert one.guard("evil-gpu.lan", 1).trusts_name is False


def test_a_host_is_trusted_by_its_name_or_numeric_address_only() -> None:
    rules = AllowList.of([("gpu.lan", 8000), ("10.0.0.0/8", None)])
    assert rules.trusts("gpu.lan", 8000)
    assert rules.trusts("10.1.2.3", 80)
    assert not rules.trusts("gpu.lan", 80)
    assert not rules.trusts("elsewhere.lan", 80), "it may lead into the network and is not named"
    assert not rules.trusts("9.9.9.9", 80)
