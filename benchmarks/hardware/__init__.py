"""What hardware is rated for: the catalogue, and the ratings of a whole machine."""

from benchmarks.hardware.capability import Capability, capability, slug_of
from benchmarks.hardware.catalogue import (
    CatalogueError,
    Hardware,
    catalogue,
    hardware_named,
    read_catalogue,
)

__all__ = [
    "Capability",
    "CatalogueError",
    "Hardware",
    "capability",
    "catalogue",
    "hardware_named",
    "read_catalogue",
    "slug_of",
]
