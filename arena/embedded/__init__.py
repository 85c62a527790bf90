"""PostgreSQL and Valkey of a data directory, started on demand and shared by every command.

One keeper process (`keeper`) owns the two servers; whoever uses them holds a shared lock
(`client.ensure`), and the keeper stops them when nobody holds it. Standard library only:
nothing here needs Django, so `./manage.py up` stays small and starts before settings exist.
"""

from arena.embedded.client import ensure
from arena.embedded.errors import EmbeddedError

__all__ = ["EmbeddedError", "ensure"]
