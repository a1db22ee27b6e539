"""The text of a document as its file says now: whoever changes a sentence need not restart anything."""

from pathlib import Path

from gridtown import lines
from gridtown.kernel.document import Text
from gridtown.town import Town

_again: dict[str, Text] = {}  # by path: what has been read anew since the town was


def now(town: Town, line: str, key: str) -> Text:
    """The town's own text where there is one by now, else the line's; read again when its file has changed."""
    known = town.texts[line][key]
    own = town.folder / "documents" / f"{line}.{key}.txt"
    for path in (own, Path(known.path)):
        if known.path and (found := _fresh(path, known)):
            return found
    return known


def _fresh(path: Path, known: Text) -> Text | None:
    """The text of a file, from memory while the file is as it was; None for one that is not there."""
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return None
    kept = known if known.path == str(path) else _again.get(str(path))
    if kept is not None and kept.stamp != stamp:
        kept = _again.get(str(path))
    if kept is None or kept.stamp != stamp:
        name = known.file if known.path == str(path) else f"documents/{path.name}"
        kept = _again[str(path)] = lines.read_text(path, name)
    return kept
