"""Addresses are encrypted at rest and looked up by keyed hash; keys are rotated, never mixed up.

Each secret in ``SUBSCRIPTIONS_SECRET_KEYS`` (newest first) yields, by HKDF-SHA-256,
one key for each purpose. The newest
encrypts and signs; every retained one decrypts, verifies and is tried in look-ups.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_ID_BYTES = 4


class UndecryptableError(Exception):
    """The data was encrypted under a key that is no longer listed, or was altered."""


def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"medborgarfokus", info=purpose.encode()).derive(secret.encode())


@dataclass(frozen=True)
class Key:
    """One secret and what is derived from it."""

    secret: str

    def __repr__(self) -> str:
        return f"Key(id={self.id.hex()})"

    @cached_property
    def id(self) -> bytes:
        return _derive(self.secret, "id")[:KEY_ID_BYTES]

    @cached_property
    def aead(self) -> AESGCM:
        return AESGCM(_derive(self.secret, "encryption"))

    @cached_property
    def lookup(self) -> bytes:
        return _derive(self.secret, "lookup")

    @cached_property
    def signing(self) -> bytes:
        return _derive(self.secret, "signing")


class Keys:
    """The retained keys, newest first."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.all = tuple(Key(secret) for secret in secrets)
        if not self.all:
            raise ValueError("at least one secret key is needed")
        self._by_id = {key.id: key for key in self.all}

    @property
    def newest(self) -> Key:
        return self.all[0]

    def encrypt(self, plain: str) -> bytes:
        """AES-256-GCM: key id (4 bytes) + nonce (12) + ciphertext with tag."""
        return self.encrypt_bytes(plain.encode())

    def encrypt_bytes(self, plain: bytes) -> bytes:
        """The same for what is no text."""
        nonce = os.urandom(NONCE_BYTES)
        return self.newest.id + nonce + self.newest.aead.encrypt(nonce, plain, self.newest.id)

    def decrypt(self, sealed: bytes) -> str:
        """Raises UndecryptableError when the key is gone or the data was altered."""
        return self.decrypt_bytes(sealed).decode()

    def decrypt_bytes(self, sealed: bytes) -> bytes:
        """The same for what is no text."""
        key = self._by_id.get(sealed[:KEY_ID_BYTES])
        if key is None:
            raise UndecryptableError("encrypted under a key that is not among SUBSCRIPTIONS_SECRET_KEYS")
        nonce = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        try:
            return key.aead.decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], key.id)
        except InvalidTag as error:
            raise UndecryptableError("the encrypted data has been altered") from error

    def is_newest(self, sealed: bytes) -> bool:
        return sealed[:KEY_ID_BYTES] == self.newest.id

    def encrypt_json(self, value: Any) -> bytes:
        return self.encrypt(json.dumps(value, ensure_ascii=False))

    def decrypt_json(self, sealed: bytes) -> Any:
        return json.loads(self.decrypt(sealed))

    def lookup(self, text: str) -> bytes:
        """The keyed hash under the newest key (32 bytes): what new rows are stored under."""
        return hmac.digest(self.newest.lookup, text.encode(), hashlib.sha256)

    def lookups(self, text: str) -> list[bytes]:
        """The keyed hash under every retained key, newest first: what is searched for."""
        return [hmac.digest(key.lookup, text.encode(), hashlib.sha256) for key in self.all]

    def sign(self, purpose: str, text: str, size: int = 16) -> bytes:
        """A truncated HMAC (``size`` bytes) under the newest key, bound to its purpose."""
        return hmac.digest(self.newest.signing, f"{purpose}\0{text}".encode(), hashlib.sha256)[:size]

    def verify(self, purpose: str, text: str, signature: bytes) -> bool:
        """True when any retained key made the signature; needs at least 8 bytes of it."""
        if len(signature) < 8:
            return False
        message = f"{purpose}\0{text}".encode()
        digests = [hmac.digest(key.signing, message, hashlib.sha256)[: len(signature)] for key in self.all]
        return any(hmac.compare_digest(digest, signature) for digest in digests)


def identity(channel: str, address: str) -> str:
    """What a contact and a suppression are looked up by: channel and normalised address."""
    return f"{channel}:{address}"
