"""An account made, protected and opened with a passkey, in a real browser."""

import re
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, OpenPage, Site
from tests.browser.test_accessibility import violations

PROTECTION_PAGES = (
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/3rdparty/",
    "/accounts/logout/",
    "/account/close/",
)

# A device with a fingerprint reader whose owner always agrees.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_signs_in_without_a_password(open_page: OpenPage, site: Site) -> None:
    email = f"passkey-{uuid.uuid4().hex[:8]}@example.org"
    page = open_page("/accounts/login/")
    # By number the browser offers no passkeys, and the page says so.
    expect(page.get_by_text("Passkeys and security keys work over https only")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    origin = f"http://localhost:{site.server.port}"
    _add_authenticator(page)
    _sign_up(page, origin, email)

    page.goto(f"{origin}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
    page.goto(f"{origin}/account/")
    expect(page.get_by_text("Passkey or security key: on")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()

    page.goto(f"{origin}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{origin}/")
    page.goto(f"{origin}/account/")
    expect(page.get_by_text(f"Signed in as {email}.")).to_be_visible()


def _add_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def _sign_up(page: Page, origin: str, email: str) -> None:
    page.goto(f"{origin}/accounts/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password:", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Sign Up").click()
    page.wait_for_url(f"{origin}/accounts/confirm-email/")
    page.goto(origin + _confirmation_path(email))
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"{origin}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{origin}/")


def _confirmation_path(email: str) -> str:
    """Return the path of the link in the mail that the server has just written to a file."""
    for file in Path(settings.EMAIL_FILE_PATH).iterdir():
        text = file.read_text()
        if f"To: {email}" in text:
            match = re.search(r"http://\S+/accounts/confirm-email/\S+", text)
            assert match, text
            return urlsplit(match[0]).path
    raise AssertionError(f"no mail to {email}")


def test_pages_of_protection_have_no_violation(open_page: OpenPage, site: Site) -> None:
    page = open_page("/accounts/signup/")
    assert violations(page) == []
    origin = f"http://localhost:{site.server.port}"
    _sign_up(page, origin, f"axe-{uuid.uuid4().hex[:8]}@example.org")
    page.goto(f"{origin}/accounts/2fa/totp/activate/")
    assert violations(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"{origin}/accounts/2fa/totp/activate/")
    for path in PROTECTION_PAGES:
        page.goto(origin + path)
        assert page.url == origin + path
        assert violations(page) == [], path
