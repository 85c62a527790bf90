"""Pure: the identity of a lane, `variant::bench-version::article`, read and written."""

import re
from typing import Final, NamedTuple

UNVERSIONED: Final = "unversioned"
"""Version of a bench whose source states none."""
NOT_STATED: Final = "not-stated"
"""Article of a lane whose source names none."""
_SEPARATOR: Final = "::"
_PART: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_BENCH: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VERSION: Final = re.compile(rf"v[0-9]+(?:\.[0-9]+)*|{UNVERSIONED}")
_LONGEST: Final = 80


class Lane(NamedTuple):
    """One variant on one version of one bench, and the article that describes it."""

    variant: str
    bench: str
    version: str
    article: str

    @property
    def bench_version(self) -> str:
        """Return bench and version as the identity has them."""
        return f"{self.bench}-{self.version}"

    @property
    def identity(self) -> str:
        """Return the lane in one line; `parse` reads it back."""
        return _SEPARATOR.join((self.variant, self.bench_version, self.article))


def parse(identity: str) -> Lane:
    """Read `variant::bench-version::article`; raise ValueError saying what is wrong.

    All parts are lower case: letters and digits, joined by single hyphens, and by dots but in the
    name of a bench. A version is `v0.1`, `v2`, or `unversioned`.
    """
    parts = identity.split(_SEPARATOR)
    if len(parts) != 3:
        raise ValueError(f"{identity[:80]!r} is no lane; want variant::bench-version::article")
    variant, bench_version, article = parts
    bench, _, version = bench_version.rpartition("-")
    checks = (
        ("variant", variant, _PART), ("bench", bench, _BENCH),
        ("version", version, _VERSION), ("article", article, _PART),
    )  # fmt: skip
    for what, text, wanted in checks:
        if not wanted.fullmatch(text) or len(text) > _LONGEST:
            raise ValueError(
                f"the {what} {text[:80]!r} of a lane cannot be; want lower-case letters, digits and"
                f" hyphens, at most {_LONGEST}, such as 4b-sft-v0.2::curveball-v0.1::an-article"
            )
    return Lane(variant, bench, version, article)
