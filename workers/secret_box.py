"""Encrypt keys of endpoints and secrets of webhooks: a copy of the database gives none away."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from workers.target import SealedSecret

_KEY_BYTES = 32
_PURPOSE = b"arena: keys of endpoints"


def seal(secret: str) -> str:
    """Return the secret as a Fernet token, under the first key of ARENA_SECRETS_KEYS."""
    return _box().encrypt(secret.encode()).decode()


def unseal(token: str) -> str:
    """Return the secret of a token; raise SealedSecret when none of the keys opens it."""
    try:
        return _box().decrypt(token).decode()
    except InvalidToken:
        raise SealedSecret(
            "The stored secret cannot be decrypted: ARENA_SECRETS_KEYS or ARENA_SECRET_KEY is"
            " another one than when it was set. Bring the old key back or set the secret again."
        ) from None


def resealed(token: str) -> str:
    """Return the token anew under the first key; raise SealedSecret."""
    return seal(unseal(token))


def check_keys() -> None:
    """Raise ImproperlyConfigured when a key in ARENA_SECRETS_KEYS is none."""
    _box()


def _box() -> MultiFernet:
    return _box_of(tuple(settings.SECRETS_KEYS), settings.SECRET_KEY)


@lru_cache(maxsize=1)
def _box_of(keys: tuple[str, ...], site_key: str) -> MultiFernet:
    # The site's own key comes last: it opens what was sealed before ARENA_SECRETS_KEYS was set.
    return MultiFernet([*(_fernet(key) for key in keys), Fernet(_derived(site_key))])


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        # Not the key itself: this message goes to logs.
        raise ImproperlyConfigured(
            "ARENA_SECRETS_KEYS: want 32 bytes in URL-safe base64 for each key, comma-separated;"
            " python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key())'"
            " makes one."
        ) from None


def _derived(site_key: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return urlsafe_b64encode(kdf.derive(site_key.encode()))
