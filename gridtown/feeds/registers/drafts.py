"""Filled sheets between the look and the yes: kept encrypted for a day at most, for whoever sent them only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from gridtown.cases import sealing

KEPT = 24 * 3600  # seconds


def _folder() -> Path:
    return Path(settings.GRIDTOWN_HOME) / "incoming"


def _path(account: int, token: str) -> Path:
    return _folder() / f"{account}-{token}"


def put(data: bytes, *, account: int) -> str:
    """Keep a sheet and answer the token by which its sender finds it again; sheets of yesterday are cleared away."""
    _folder().mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(16)
    path = _path(account, token)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealing.shut(data))
    newest = path.stat().st_mtime
    for other in _folder().iterdir():
        with suppress(FileNotFoundError):
            if newest - other.stat().st_mtime > KEPT:
                other.unlink()
    return token


def get(token: str, *, account: int) -> bytes | None:
    """A sheet that this account has sent; None when it is no longer there."""
    try:
        return sealing.opened(_path(account, token).read_bytes())
    except (FileNotFoundError, sealing.InvalidTag):
        return None


def drop(token: str, *, account: int) -> None:
    """Forget a sheet that is done with."""
    _path(account, token).unlink(missing_ok=True)
