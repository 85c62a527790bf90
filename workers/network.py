"""Which addresses an arena's endpoints may reach: public ones, and what the operator allows."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MAX_HOST = 253
# The IANA special-purpose registries of IPv4 and IPv6, without entries that are globally reachable.
# Listed here because `is_global` answers differently from one Python release to the next.
_SPECIAL: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Nobody means these as the address of a server, so no allow-list reaches them. The first is worse
# than useless: Linux connects it to the machine itself.
_NEVER: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in ("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8")
)
# A trusted name may lead here, and nowhere else that is not public: not to link-local addresses,
# where clouds keep the credentials of the machine.
_PRIVATE: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
        "::1/128", "fc00::/7",
    )
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowedNetwork:
    """Private addresses that may be reached, at one port or (None) at any."""

    network: Network
    port: int | None

    def covers(self, address: Address, port: int) -> bool:
        """Tell whether the address and port are in it."""
        return address in self.network and self.port in (None, port)


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowedName:
    """A host whose private addresses may be reached, at one port or (None) at any."""

    name: str
    port: int | None

    def covers(self, host: str, port: int) -> bool:
        """Tell whether it names this host and port."""
        return host.lower().rstrip(".") == self.name and self.port in (None, port)


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """Decides about one address at the moment of connecting. Equal guards decide alike."""

    networks: frozenset[AllowedNetwork]
    trusts_name: bool
    """The host of the URL is on the allow-list by name."""

    def permits(self, host: str, port: int) -> bool:
        """Tell whether a socket may connect to this numeric address, in any notation."""
        address = unwrapped(ipaddress.ip_address(host.partition("%")[0]))
        if _in(address, _NEVER):
            return False
        if is_public(address):
            return True
        if self.trusts_name and _in(address, _PRIVATE):
            return True
        return any(allowed.covers(address, port) for allowed in self.networks)


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowList:
    """What the operator lets the endpoints of one arena reach beside public addresses."""

    networks: frozenset[AllowedNetwork] = frozenset()
    names: frozenset[AllowedName] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[tuple[str, int | None]]) -> Self:
        """Build it from pairs (target as `canonical_target` returns it, port)."""
        networks, names = set(), set()
        for target, port in entries:
            network = _network(target)
            if network is None:
                names.add(AllowedName(name=target, port=port))
            else:
                networks.add(AllowedNetwork(network=network, port=port))
        return cls(networks=frozenset(networks), names=frozenset(names))

    def trusts(self, host: str, port: int) -> bool:
        """Tell whether it has the host of a URL itself, by its name or its numeric address."""
        try:
            address = unwrapped(ipaddress.ip_address(host))
        except ValueError:
            return any(name.covers(host, port) for name in self.names)
        return any(network.covers(address, port) for network in self.networks)

    def guard(self, host: str, port: int) -> Guard:
        """Return the guard for connections to the host of a URL."""
        return Guard(
            networks=self.networks,
            trusts_name=any(name.covers(host, port) for name in self.names),
        )


def canonical_target(text: str) -> str:
    """Return a network or host name in its one spelling; raise ValueError saying what is wrong."""
    clean = text.strip().lower().strip("[]").rstrip(".")
    network = _network(clean)
    if network is not None:
        if any(network.overlaps(never) for never in _NEVER if never.version == network.version):
            raise ValueError(f"{text.strip()} holds addresses that no server has")
        return str(network)
    if not _is_host_name(clean):
        raise ValueError(
            f"{text.strip()!r} is no address such as 192.168.1.7, no network such as 10.0.0.0/8"
            " and no host name such as gpu.lan"
        )
    return clean


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv4-mapped or NAT64 address stands for, or itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_public(address: Address) -> bool:
    """Tell whether an unwrapped address is global unicast, reachable from anywhere."""
    if address.version == 6 and address not in _GLOBAL_V6:
        return False
    return not _in(address, _SPECIAL)


def _in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _is_host_name(text: str) -> bool:
    labels = text.split(".")
    return (
        0 < len(text) <= _MAX_HOST
        and all(
            label.replace("-", "").replace("_", "").isalnum()
            and label.isascii()
            and not label.startswith("-")
            for label in labels
        )
        # Resolvers read all-digit and 0x names as addresses in odd notations.
        and not labels[-1].isdigit()
        and not labels[-1].startswith("0x")
    )
