"""The Ed25519 key that signs this machine's reports, and its replacement."""

from pathlib import Path
from typing import Final, Self

from arena_runner.agent import files
from arena_runner.agent.errors import AgentError
from arena_runner.agent.paths import Paths
from arena_runner.contract import signing
from arena_runner.contract.signing import Envelope

_KEY_BYTES: Final = 32


class SigningKey:
    """A private key. Its text form never shows it."""

    def __init__(self, private: bytes) -> None:
        self._private = private
        self.public = signing.public_key(private)
        self.key_id = signing.key_id(self.public)

    @classmethod
    def new(cls) -> Self:
        """Return a key that nobody has seen."""
        return cls(signing.new_private_key())

    def sign(self, payload: dict[str, object]) -> Envelope:
        """Sign a JSON object; raise NotCanonicalError."""
        return signing.sign(payload, self._private)

    @property
    def text(self) -> bytes:
        """Return what the key file holds: the private key in hexadecimal."""
        return self._private.hex().encode() + b"\n"


class KeyStore:
    """The key files of one agent: the present key and, while it is being replaced, the next."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def present(self) -> SigningKey | None:
        """Return the key that signs; raise AgentError when others could read it."""
        return self._load(self._paths.signing_key)

    def present_or_new(self) -> SigningKey:
        """Return the key that signs, made now if there is none."""
        key = self.present()
        if key is None:
            key = SigningKey.new()
            files.write(self._paths.signing_key, key.text)
        return key

    def next_or_new(self) -> SigningKey:
        """Return the key that will sign, kept on disk before anybody is told of it."""
        key = self._load(self._paths.next_signing_key)
        if key is None:
            key = SigningKey.new()
            files.write(self._paths.next_signing_key, key.text)
        return key

    def waiting(self) -> SigningKey | None:
        """Return a key whose handing over was cut short."""
        return self._load(self._paths.next_signing_key)

    def adopt_next(self) -> None:
        """Let the next key sign; the old private key is gone for good."""
        self._paths.next_signing_key.replace(self._paths.signing_key)

    def _load(self, path: Path) -> SigningKey | None:
        content = files.read(path, max_bytes=1_000)
        if content is None:
            return None
        if not files.is_private(path):
            raise AgentError(
                "key-readable",
                f"others on this machine can read {path}",
                remedy=f"chmod 600 {path}; then replace the key: arena-runner key rotate",
            )
        try:
            private = bytes.fromhex(content.decode("ascii").strip())
        except ValueError:
            private = b""
        if len(private) != _KEY_BYTES:
            raise AgentError("key-damaged", f"{path} does not hold a signing key")
        return SigningKey(private)
