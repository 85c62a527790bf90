"""What looks like a secret: a name such as HF_TOKEN, a value such as `hf_...`."""

import itertools
import re
from typing import Final

_VALUE: Final = re.compile(
    r"\b(?:hf_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}|ak_(?:live|test)_[A-Za-z0-9]{8,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{16,}|nvapi-[A-Za-z0-9_-]{16,}"
    r"|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_WITH_PASSWORD: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^/\s:@]{0,200}:[^/\s@]{1,200}@")
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_WORDS: Final = frozenset(
    {"secret", "secrets", "password", "passwd", "pwd", "passphrase", "credential", "credentials"}
    | {"apikey", "authtoken", "accesstoken"}
)
_SECRET_PAIRS: Final = frozenset(
    {("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"), ("auth", "key")}
)
_BEFORE_TOKEN: Final = frozenset(
    {"access", "api", "app", "auth", "bearer", "face", "hf", "hub", "huggingface", "id", "login"}
    | {"github", "gitlab", "ngc", "refresh", "registry", "runner", "session", "wandb"}
)
"""A token is a secret after these words; `eos_token`, `image_token`, `per_token` are not."""


def name_is_secret(name: str) -> bool:
    """Tell whether a variable, key or flag of this name holds a secret by its name."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or words[-1] in {"file", "path", "dir"}:
        return False
    pairs = itertools.pairwise(words)
    return (
        bool(_SECRET_WORDS.intersection(words))
        or bool(_SECRET_PAIRS.intersection(pairs))
        or (words[-1] == "token" and (len(words) == 1 or words[-2] in _BEFORE_TOKEN))
    )


def text_has_secret(text: str) -> bool:
    """Tell whether a text holds a known form of key, or an address with a password."""
    return bool(_VALUE.search(text) or _WITH_PASSWORD.search(text))
