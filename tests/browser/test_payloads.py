"""Known attacks in a real browser, with the sanitiser alone between them and the reader.

The page that shows them has no content security policy: what the renderer lets through runs.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request
from typing_extensions import override

from tests.browser.payloads import FORMULAS, HTML, MUTATIONS, PAYLOADS
from voting.text.markdown import render
from voting.text.sanitising import sanitised

PAGE: Final = """<!doctype html><meta charset="utf-8"><title>Answer</title>
<link rel="icon" href="data:,">
<script>window.sung = 0; function canary() {{ window.sung += 1; }}</script>
<main id="answer" class="answer">{answer}</main>"""
TAGS: Final = frozenset(
    """
    p br hr h3 h4 h5 h6 blockquote ul ol li strong em s pre code span div table thead tbody tr th td
    a math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover
    mtable mtr mtd mstyle mphantom mpadded
    """.split()  # noqa: SIM905
)
ATTRIBUTES: Final = frozenset(
    """
    dir class href target rel tabindex start display displaystyle scriptlevel stretchy fence form
    movablelimits largeop separator accent accentunder mathvariant width linethickness columnalign
    columnlines rowlines
    """.split()  # noqa: SIM905
)
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\U000e0000-\U000e0fff]"
)
NOTICED: Final = (
    "<img src=x onerror=canary()>",
    "<svg onload=canary()>",
    "<a onmouseover=canary()>x</a>",
)
OBSERVE: Final = """async () => {
    const answer = document.getElementById('answer');
    const provoke = async () => {
        for (const element of [answer, ...answer.querySelectorAll('*')])
            for (const kind of ['mouseover', 'focus', 'toggle', 'pointerenter', 'error', 'load'])
                element.dispatchEvent(new Event(kind));
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    };
    await provoke();
    answer.innerHTML = answer.innerHTML;  // a mutation attack waits for the second parser
    await provoke();
    return {
        sung: window.sung,
        text: answer.innerText,
        elements: [...answer.querySelectorAll('*')].map(element => ({
            tag: element.localName,
            namespace: element.namespaceURI.split('/').pop(),
            in_formula: element.parentElement.closest('math') !== null,
            attributes: [...element.attributes].map(attribute => attribute.name),
            protocol: element.hasAttribute('href') ? element.protocol : '',
        })),
    };
}"""
"""Sends events to every element, has the answer parsed once more, and takes stock."""


@dataclass
class Stage:
    """A page without policy, and what has happened in it."""

    page: Page
    address: str
    answers: list[str]
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def show(self, html: str) -> dict[str, Any]:
        """Load the answer as part of a page and return what became of it."""
        self.answers.append(html)
        self.requests.clear()
        self.dialogs.clear()
        self.page.goto(self.address)
        observed: dict[str, Any] = self.page.evaluate(OBSERVE)
        return observed

    def foreign_requests(self) -> list[str]:
        """Return what the page has asked for beside itself."""
        return [url for url in self.requests if url not in {self.address, "data:,"}]

    def assert_quiet(self, observed: dict[str, Any]) -> None:
        """Fail when a script ran, a request left, or an element is none of those allowed."""
        assert observed["sung"] == 0
        assert self.dialogs == []
        assert self.foreign_requests() == []
        assert self.page.url == self.address
        for element in observed["elements"]:
            assert element["tag"] in TAGS, element
            assert element["namespace"] in {"xhtml", "MathML"}, element
            assert set(element["attributes"]) <= ATTRIBUTES, element
            assert element["protocol"] in {"", "http:", "https:", "mailto:"}, element


@contextmanager
def _served(answers: list[str]) -> Iterator[str]:
    """Serve the newest answer in a page without any header of safety."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.format(answer=answers[-1]).encode(errors="replace")
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def stage(browser: Browser) -> Iterator[Stage]:
    """Return a stage whose browser reaches nothing but the page itself."""
    answers: list[str] = []
    with _served(answers) as address:
        context = browser.new_context()
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        stage = Stage(page=context.new_page(), address=address, answers=answers)
        stage.page.on("request", partial(_note_request, stage))
        stage.page.on("dialog", partial(_note_dialog, stage))
        yield stage
        context.close()


def _note_request(stage: Stage, request: Request) -> None:
    stage.requests.append(request.url)


def _note_dialog(stage: Stage, dialog: Dialog) -> None:
    stage.dialogs.append(dialog.message)
    dialog.dismiss()


def test_there_are_enough_payloads_and_all_differ() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_a_payload_does_nothing(stage: Stage, number: int) -> None:
    observed = stage.show(render(PAYLOADS[number]))
    stage.assert_quiet(observed)
    assert not UNSEEN.search(observed["text"])


@pytest.mark.parametrize("number", range(len(HTML + MUTATIONS)))
def test_the_sanitiser_alone_lets_no_payload_through(stage: Stage, number: int) -> None:
    stage.assert_quiet(stage.show(sanitised((HTML + MUTATIONS)[number])))


@pytest.mark.parametrize("latex", [r"$\frac{x}{2}$", *FORMULAS])
def test_formulas_stay_in_the_namespace_of_mathml(stage: Stage, latex: str) -> None:
    for element in stage.show(render(latex))["elements"]:
        assert element["namespace"] == "MathML" or not element["in_formula"], element


@pytest.mark.parametrize("html", NOTICED)
def test_the_stage_notices_a_script(stage: Stage, html: str) -> None:
    assert stage.show(html)["sung"] > 0


def test_the_stage_notices_a_request(stage: Stage) -> None:
    stage.show("<img src=//canary.example/a.png>")
    assert stage.foreign_requests()


@pytest.mark.parametrize("html", ["<b>x</b>", "<p id=x>x</p>", "<p style='color:red'>x</p>"])
def test_the_stage_notices_what_is_not_allowed(stage: Stage, html: str) -> None:
    with pytest.raises(AssertionError):
        stage.assert_quiet(stage.show(html))
