"""Ask this container's web server whether it is ready; exit code 0 when it is (Dockerfile)."""

import http.client
import os
import sys

_TIMEOUT_S = 4.0


def main(*, host: str = "127.0.0.1", port: int = 8000) -> int:
    """Return 0 when /readyz answers 200, else 1 with its body on stdout."""
    # Django refuses a Host that is not one of its own.
    name = os.environ.get("ARENA_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz", headers={"Host": name})
        response = connection.getresponse()
        body = response.read().decode(errors="replace")
    except OSError as error:
        body, status = str(error), 0
    else:
        status = response.status
    finally:
        connection.close()
    sys.stdout.write(body + "\n")
    return 0 if status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
