"""The catalogue of hardware, and what a whole machine is rated for."""

import pytest

from benchmarks.hardware import (
    Capability,
    CatalogueError,
    capability,
    catalogue,
    hardware_named,
    read_catalogue,
    slug_of,
)
from tests.benchmarks.reports import machine

ENTRY = """
- slug: card-x
  name: Card X
  kind: gpu
  memory_bandwidth_bytes_per_second: 500_000_000_000
  aliases: [Card X]
  source_name: Somebody
  source_url: https://example.org/x
  noted_on: 2026-11-21
"""


def test_every_entry_has_a_source_and_a_plausible_rating() -> None:
    entries = catalogue()
    assert len(entries) >= 40
    for entry in entries.values():
        assert 50e9 <= entry.memory_bandwidth_bytes_per_second <= 10e12, entry.slug
        assert entry.kind == "cpu" or entry.memory_bytes, entry.slug
        assert entry.tdp_watts or entry.slug.startswith("apple-"), entry.slug


@pytest.mark.parametrize(
    ("reported", "slug"),
    [
        ("NVIDIA GB10", "dgx-spark"),
        ("NVIDIA H100 80GB HBM3", "h100-sxm"),
        ("NVIDIA A100-SXM4-80GB", "a100-80gb-sxm"),
        ("NVIDIA GeForce RTX 3090", "rtx-3090"),
        ("NVIDIA GeForce RTX 3090 Ti", "rtx-3090-ti"),
        ("Apple M4 Max", "apple-m4-max"),
        ("AMD EPYC 9655 96-Core Processor", "epyc-9655"),
        ("AMD RYZEN AI MAX+ 395 w/ Radeon 8060S", "strix-halo"),
        ("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz", "xeon-8380"),
    ],
)
def test_hardware_is_found_by_what_drivers_call_it(reported: str, slug: str) -> None:
    found = hardware_named(reported)
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize(
    "reported",
    ["NVIDIA GeForce RTX 4090 Laptop GPU", "NVIDIA H100 80GB HBM3 MIG 1g.10gb", "Some CPU", ""],
)
def test_a_part_of_a_name_is_not_enough(reported: str) -> None:
    assert hardware_named(reported) is None


def test_all_cards_of_all_nodes_count() -> None:
    found = capability(machine(*["NVIDIA H100 80GB HBM3"] * 8), nodes=2)
    assert isinstance(found, Capability)
    assert found.bandwidth_bytes_per_second == 16 * 3.35e12
    assert found.tdp_watts == 16 * 700
    assert found.description == "2 nodes of 8 x NVIDIA H100 SXM"


def test_sockets_are_counted_by_their_cores() -> None:
    found = capability(machine(cpu="AMD EPYC 9655 96-Core Processor", cores=192))
    assert isinstance(found, Capability)
    assert found.bandwidth_bytes_per_second == 2 * 576e9


def test_one_card_that_is_not_in_the_list_leaves_the_machine_unrated() -> None:
    assert capability(machine("NVIDIA L4", "Card X")) == "Card X is not in the catalogue"
    assert slug_of(machine("Card X")) is None
    assert slug_of(machine("NVIDIA L4", "NVIDIA L4")) == "l4"


def test_a_stated_slug_counts_only_where_nothing_else_is_known() -> None:
    stated = capability(machine(), slug="l4")
    assert isinstance(stated, Capability)
    assert stated.slug == "l4"
    measured = capability(machine("NVIDIA GB10"), slug="b200")
    assert isinstance(measured, Capability)
    assert measured.slug == "dgx-spark"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ENTRY + ENTRY, "card-x is there twice"),
        (ENTRY + ENTRY.replace("card-x", "card-y"), "means both card-x and card-y"),
        (ENTRY.replace("500_000_000_000", ".inf"), "memory_bandwidth_bytes_per_second"),
        (ENTRY.replace("https://", "ftp://"), "source_url"),
        (ENTRY.replace("kind: gpu", "kind: cpu"), "a cpu needs its cores"),
        ("- [", "no YAML"),
        (ENTRY + "  colour: red\n", "colour"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_reason(text: str, complaint: str) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        read_catalogue(text)
