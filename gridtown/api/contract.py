"""The contract as a file that is kept beside the code: whoever changes the interface sees that they do."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from gridtown.api.root import api


def path() -> Path:
    """Where the contract is kept."""
    return Path(settings.ROOT) / "docs" / "openapi.json"


def document() -> dict[str, Any]:
    """The OpenAPI document as it is served at /api/openapi.json."""
    said: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return said


def text() -> str:
    """The document as the file has it."""
    return json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
