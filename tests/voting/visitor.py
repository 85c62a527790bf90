"""A visitor with a browser's cookies, on the pages of a running web server."""

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import UUID

from tests.live_server import LiveServer


class Visitor:
    """Sends forms as a browser does; one that was never here has no cookies."""

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The header that the browser sends with every request."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def begin(self, server: LiveServer, *, prompt: str = "Why is the sky blue?") -> UUID:
        """Send a prompt from the start page and return the id of the battle."""
        _, page, _ = self._request(server, "GET", "/battle/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page
        fields = {
            "csrfmiddlewaretoken": token[1], "board": "text", "prompt": prompt,
            "hide_speed": "on", "consent": "on",
        }  # fmt: skip
        status, page, location = self._request(server, "POST", "/battle/", fields)
        assert status == 303, page
        return UUID(location.strip("/").rpartition("/")[2])

    def _request(
        self, server: LiveServer, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(fields or {}), headers)
        response = connection.getresponse()
        body = response.read().decode()
        for value in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(value).items():
                self._cookies[name] = morsel.value
        connection.close()
        return response.status, body, response.headers.get("Location", "")
