"""Personal fields at rest: AES-GCM under a key of the case, which is itself wrapped by the installation's.

Erasing personal data destroys the case's key; the chain of entries, which holds only ciphertext, stays whole.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from gridtown.kernel.tokens import TOKEN, token_of

_NONCE = 12
_WRAPPED = _NONCE + 32 + 16  # nonce, key, tag
_BALLOT = "ballot "  # no field has a space in its name
_PAPER = 64  # bytes to whose multiples ballots are filled up


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
    return {name: _closed(key, str(value).encode(), name) for name, value in personal.items()}


def is_sealed(value: Any) -> bool:
    """Whether an answer is one that readers do not get as it stands: encrypted, or the digest of a code."""
    return isinstance(value, Mapping) and set(value) in ({"sealed"}, {TOKEN})


def unseal(key: bytes, name: str, value: Mapping[str, str]) -> str:
    """One personal answer in clear; InvalidTag when it was moved to another field, changed, or is a ballot."""
    return _opened(key, value, name).decode()


def cast(key: bytes, ballots: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Each ballot encrypted so that `unseal` cannot open it, and made as long as the others: length would tell."""
    padded = {name: str(value).encode() for name, value in ballots.items()}
    padded = {name: text + bytes(-len(text) % _PAPER) for name, text in padded.items()}
    return {name: _closed(key, text, _BALLOT + name) for name, text in padded.items()}


def open_ballot(key: bytes, name: str, value: Mapping[str, str]) -> str:
    """What a ballot says; InvalidTag when it was moved or changed, or is no ballot."""
    return _opened(key, value, _BALLOT + name).rstrip(b"\0").decode()


def draw(number: int) -> list[str]:
    """So many codes that nobody can guess, in the order in which they were drawn."""
    return [token_of(secrets.randbits(80)) for _ in range(number)]


def _closed(key: bytes, text: bytes, bound: str) -> dict[str, str]:
    nonce = os.urandom(_NONCE)
    return {"sealed": base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text, bound.encode())).decode()}


def _opened(key: bytes, value: Mapping[str, str], bound: str) -> bytes:
    closed = base64.b64decode(value["sealed"])
    return AESGCM(key).decrypt(closed[:_NONCE], closed[_NONCE:], bound.encode())


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
    "cast",
    "draw",
    "is_link_secret",
    "is_sealed",
    "is_secret_of",
    "likeness",
    "link_secret",
    "new_key",
    "open_ballot",
    "opened",
    "seal",
    "secret_of",
    "shut",
    "unseal",
    "unwrap",
]
