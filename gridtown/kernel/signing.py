"""What is signed of an edition, and whether a signature over it holds: the report makes it, a guard looks at it."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def signed_text(digest: str) -> bytes:
    """What is signed: which sort of thing it is, and the digest of the manifest."""
    return f"gridtown edition {digest}".encode()


def holds(public_key: str, digest: str, signature: str) -> bool:
    """Whether a signature was made over this digest by the holder of that key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), signed_text(digest))
    except (InvalidSignature, ValueError):
        return False
    return True
