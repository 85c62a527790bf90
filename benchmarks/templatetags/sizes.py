"""How amounts of memory, and of parameters, read on pages."""

from django import template

register = template.Library()
_GIB = 2**30
_MIB = 2**20
_BILLION = 1e9
_MILLION = 1e6


@register.filter
def gib(size_bytes: int | None) -> str:
    """Return `128 GiB`, in MiB below one of them; an en dash when it is not known."""
    if size_bytes is None:
        return "–"
    if size_bytes < _GIB:
        return f"{size_bytes / _MIB:.0f} MiB"
    return (
        f"{size_bytes / _GIB:.0f} GiB"
        if size_bytes >= 10 * _GIB
        else f"{size_bytes / _GIB:.1f} GiB"
    )


@register.filter
def billions(parameters: int) -> str:
    """Return `35 billion`, in millions below one of them, without decimals that say nothing."""
    if parameters < _BILLION:
        return f"{parameters / _MILLION:.4g} million"
    return f"{parameters / _BILLION:.12g} billion"
