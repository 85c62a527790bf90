"""`python -m workers.ngram --port 8001`: train, then serve until SIGTERM."""

import argparse

import uvicorn

from workers.ngram.application import application
from workers.ngram.corpus import exchanges
from workers.ngram.training import train

_CONNECTIONS_MAX = 512


def main() -> None:
    """Serve on the given address."""
    parser = argparse.ArgumentParser(prog="python -m workers.ngram", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    arguments = parser.parse_args()
    uvicorn.run(
        application(train(exchanges())),
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        # Access lines would carry addresses, which belong in no log.
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS_MAX,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
