"""Which category a text sounds like, by the words that the town's dictionary lists for each."""

from collections.abc import Mapping
from typing import Any


def categories(text: str, table: Mapping[str, Mapping[str, Any]], *, most: int = 4) -> list[str]:
    """Keys of the dictionary's rows whose words occur in the text, the most telling first; longer words tell more."""
    scores = {
        key: sum(
            len(word) for word in set(str(row.get("keywords", "")).split()) if word.lower() in text.lower()
        )
        for key, row in table.items()
    }
    return [key for key, score in sorted(scores.items(), key=lambda item: -item[1]) if score > 0][:most]
