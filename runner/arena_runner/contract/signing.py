"""Ed25519 signatures (RFC 8032) over canonical JSON, made by the key of one runner."""

import base64
import binascii
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field

from arena_runner.contract.canonical import canonical, sha256


class BadSignatureError(ValueError):
    """The signature is not that of the payload by this key."""


class Envelope(BaseModel):
    """A signed JSON object, as it is sent and stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payload: dict[str, Any]
    algorithm: Literal["Ed25519"] = "Ed25519"
    key_id: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the public key.")
    signature: str = Field(description="Base64 of the 64 bytes.", max_length=88)

    @property
    def payload_sha256(self) -> str:
        """Digest of what is signed."""
        return sha256(canonical(self.payload))


def new_private_key() -> bytes:
    """Return the 32 bytes of a new private key."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )


def public_key(private: bytes) -> bytes:
    """Return the 32 bytes of the public key of a private one."""
    return (
        Ed25519PrivateKey.from_private_bytes(private)
        .public_key()
        .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )


def key_id(public: bytes) -> str:
    """Return the name of a key: the SHA-256 of its public half."""
    return sha256(public)


def sign(payload: dict[str, Any], private: bytes) -> Envelope:
    """Sign a JSON object; raise NotCanonicalError for one that has no canonical form."""
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(canonical(payload))
    return Envelope(
        payload=payload,
        key_id=key_id(public_key(private)),
        signature=base64.b64encode(signature).decode(),
    )


def verify(envelope: Envelope, public: bytes) -> None:
    """Return when the envelope was signed by this key; raise BadSignatureError otherwise."""
    if envelope.key_id != key_id(public):
        raise BadSignatureError("signed with another key")
    try:
        signature = base64.b64decode(envelope.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(envelope.payload))
    except (binascii.Error, InvalidSignature, ValueError) as error:
        raise BadSignatureError("the signature is not that of this payload") from error
