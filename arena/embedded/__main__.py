"""Run one command with the embedded servers: python -m arena.embedded COMMAND [ARGUMENT ...]"""

import os
import sys

from arena.embedded import client
from arena.embedded.errors import EmbeddedError


def main() -> None:
    """Replace this process by the command, which inherits the users' lock and the addresses."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        client.ensure()
    except EmbeddedError as error:
        sys.exit(str(error))
    client.keep_across_exec()
    try:
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"Cannot run {sys.argv[1]}: {error.strerror}")


if __name__ == "__main__":
    main()
