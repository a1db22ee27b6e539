"""Personal fields at rest: AES-GCM under a key of the case, which is itself wrapped by the installation's.

Erasing personal data destroys the case's key; the chain of entries, which holds only ciphertext, stays whole.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
_WRAPPED = _NONCE + 32 + 16  # nonce, key, tag


@cache
def _master() -> AESGCM:
    return AESGCM(settings.GRIDTOWN_MASTER_KEY)


def new_key() -> tuple[bytes, bytes]:
    """A fresh key for one case: in clear, and wrapped for keeping."""
    key, nonce = os.urandom(32), os.urandom(_NONCE)
    return key, nonce + _master().encrypt(nonce, key, b"case key")


def unwrap(wrapped: bytes) -> bytes:
    """The key of a case in clear; InvalidTag when it was made by another installation."""
    return _master().decrypt(wrapped[:_NONCE], wrapped[_NONCE:], b"case key")


def seal(key: bytes, personal: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Each personal answer encrypted and bound to its field's name."""
    cipher, sealed = AESGCM(key), {}
    for name, value in personal.items():
        nonce = os.urandom(_NONCE)
        closed = nonce + cipher.encrypt(nonce, str(value).encode(), name.encode())
        sealed[name] = {"sealed": base64.b64encode(closed).decode()}
    return sealed


def is_sealed(value: Any) -> bool:
    """Whether an answer is an encrypted one."""
    return isinstance(value, Mapping) and set(value) == {"sealed"}


def unseal(key: bytes, name: str, value: Mapping[str, str]) -> str:
    """One personal answer in clear; InvalidTag when it was moved to another field or changed."""
    closed = base64.b64decode(value["sealed"])
    return AESGCM(key).decrypt(closed[:_NONCE], closed[_NONCE:], name.encode()).decode()


def shut(data: bytes) -> bytes:
    """Something that must wait outside the ledger for a while, encrypted under a key of its own."""
    key, wrapped = new_key()
    nonce = os.urandom(_NONCE)
    return wrapped + nonce + AESGCM(key).encrypt(nonce, data, b"waiting")


def opened(closed: bytes) -> bytes:
    """What `shut` has closed; InvalidTag when it was changed or made by another installation."""
    wrapped, nonce, said = (
        closed[:_WRAPPED],
        closed[_WRAPPED : _WRAPPED + _NONCE],
        closed[_WRAPPED + _NONCE :],
    )
    return AESGCM(unwrap(wrapped)).decrypt(nonce, said, b"waiting")


def secret_of(number: str) -> str:
    """The reporter's secret for a number: derived, so nothing is stored and a repeated report tells it again."""
    return _derived(f"secret {number}")


def link_secret(record: int, generation: int) -> str:
    """The secret in a record's link; the next generation has another one, and the old one opens nothing."""
    return _derived(f"link {record} {generation}")


def _derived(said: str) -> str:
    """64 bits in 13 letters and digits; the parts of what is said must tell its sort from every other."""
    made = hmac.new(settings.GRIDTOWN_MASTER_KEY, said.encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:8]).decode().rstrip("=").lower()


def likeness(kind: str, values: Iterable[Any]) -> str:
    """A keyed digest under which cases of a kind are alike; nobody without the key can try values out on it."""
    said = "\x1f".join(["alike", kind, *("".join(str(value).split()).lower() for value in values)])
    return hmac.new(settings.GRIDTOWN_MASTER_KEY, said.encode(), hashlib.sha256).hexdigest()


def is_secret_of(number: str, secret: str) -> bool:
    """Whether somebody knows the secret of a number; takes the same time either way."""
    return _same(secret_of(number), secret)


def is_link_secret(record: int, generation: int, secret: str) -> bool:
    """Whether somebody knows the secret in a record's present link; takes the same time either way."""
    return _same(link_secret(record, generation), secret)


def _same(secret: str, given: str) -> bool:
    return hmac.compare_digest(secret.encode(), given.strip().lower().encode())


__all__ = [
    "InvalidTag",
    "is_link_secret",
    "is_sealed",
    "is_secret_of",
    "likeness",
    "link_secret",
    "new_key",
    "opened",
    "seal",
    "secret_of",
    "shut",
    "unseal",
    "unwrap",
]
