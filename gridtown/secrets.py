"""The installation's own keys: made once, kept in one file that only its owner may read."""

import json
import os
import secrets
from pathlib import Path


def read_or_make(path: Path) -> dict[str, str]:
    """The keys of this installation; made at the first call, never overwritten.

    django: signs sessions. master: wraps the keys of personal fields. seal: signs the daily root.
    Losing the file makes personal fields unreadable for ever, so a backup must hold it.
    """
    if not path.exists():
        made = {name: secrets.token_hex(32) for name in ("django", "master", "seal")}
        draft = path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(made, file)
        try:
            os.link(draft, path)  # fails if another process was first: its keys then hold
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found: dict[str, str] = json.loads(path.read_text())
    return found
