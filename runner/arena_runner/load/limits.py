"""What one request and one point may cost at most, whatever the server does."""

from dataclasses import dataclass

_MEBIBYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds in seconds and bytes. A request beyond one ends with an error class of its own."""

    connect_timeout_s: float = 30.0
    request_timeout_s: float = 3_600.0
    """From the start of connecting to the end of the answer; class `timeout`."""
    point_timeout_s: float = 14_400.0
    """All runs of a point; the point is void with reason `point_timeout`."""
    header_bytes: int = 65_536
    response_bytes: int = _MEBIBYTE
    """Of any answer; more is class `protocol`."""
    response_bytes_per_token: int = 4_096
    """On top for each token asked for: an event of one token is 200 to 700 bytes."""
    memory_bytes: int = 16 * _MEBIBYTE
    """Raw answers kept in memory until the end of a run; others wait in a temporary file."""

    request_memory_bytes: int = 128 * _MEBIBYTE
    """Requests of a run made before it; if they are more, each is made when it is sent."""

    def response_bytes_of(self, output_tokens: int) -> int:
        """Return how long an answer of so many tokens may be."""
        return self.response_bytes + self.response_bytes_per_token * output_tokens
