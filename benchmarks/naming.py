"""Pure: how models and deployments get their slugs."""

import hashlib
import re
import unicodedata

MAX_NAME = 200
_MAX_SLUG = 80
_ADDRESS = re.compile(r"discovered:\d+")


def check_name(name: str) -> str:
    """Return the name without surrounding space; raise ValueError when it cannot be a name."""
    clean = name.strip()
    if not clean:
        raise ValueError("the name is empty")
    if len(clean) > MAX_NAME:
        raise ValueError(f"the name has {len(clean)} characters, at most {MAX_NAME} are allowed")
    if not clean.isprintable():
        raise ValueError("the name holds a line break or another character that cannot be printed")
    return clean


def slugify(name: str) -> str:
    """Return lower-case ASCII letters, digits and single hyphens; a hash where nothing is left.

    Unlike Django's slugs a dot separates, so that `gpt-4.1` and `gpt-41` stay apart.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not slug:
        return f"model-{digest(name)}"
    return slug if len(slug) <= _MAX_SLUG else f"{slug[:_MAX_SLUG]}-{digest(name)}"


def is_address(name: str) -> bool:
    """Tell whether a name says where something answered, such as `discovered:8091`, not what."""
    return _ADDRESS.fullmatch(name.strip()) is not None


def candidates(name: str) -> tuple[str, str]:
    """Return the slug a name would like, and the one it gets when that belongs to another."""
    slug = slugify(name)
    return slug, f"{slug}-{digest(name)}"


def same_name(name: str, *, slug: str, registered: str) -> bool:
    """Tell whether a name means the registered model: by its name in any case, or by its slug."""
    return name.casefold() == registered.casefold() or name == slug


def digest(name: str) -> str:
    """Return eight hex digits that tell names of one slug apart."""
    return hashlib.sha256(name.casefold().encode()).hexdigest()[:8]
