"""The business: one folder per line, found and never registered."""

import csv
import importlib
import pkgutil
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from gridtown.kernel import words
from gridtown.kernel.document import Text
from gridtown.kernel.line import Line

RESOURCES = Path(str(files("gridtown.kernel")))


class Unloadable(Exception):
    """The faults of every line, all at once and by name."""


@cache
def common_words() -> Mapping[str, Mapping[str, str]]:
    """The words that every line shares, from the kernel's words.toml."""
    return words.flatten(tomllib.loads((RESOURCES / "words.toml").read_text("utf-8")))


def read_table(path: Path) -> Mapping[str, Mapping[str, str]]:
    """A dictionary of choices: key → row, from a CSV file with the columns key, zh, en and whatever else it has."""
    with path.open(encoding="utf-8-sig", newline="") as file:  # as Excel saves it, too
        rows = csv.DictReader(file)
        if missing := {"key", "zh", "en"} - set(rows.fieldnames or ()):
            raise ValueError(f"tables/{path.name}: no column {', '.join(sorted(missing))}")
        return {row["key"]: row for row in rows}


def read_texts(folder: Path, named: str) -> dict[str, Text]:
    """The texts of documents in a folder: the file's name without .txt → text; `named` begins each file's name."""
    return {
        path.stem: read_text(path, f"{named}documents/{path.name}")
        for path in sorted((folder / "documents").glob("*.txt"))
    }


def read_text(path: Path, named: str) -> Text:
    """The text of one document, which faults call `named`."""
    return Text(named, path.read_text("utf-8"), str(path), path.stat().st_mtime_ns)


def read_line(package: str) -> tuple[Line | None, list[str]]:
    """One line's folder: its LINE with its words, and its faults; no line where a file of it is missing."""
    module = importlib.import_module(package)
    folder = Path(str(files(package)))
    key = package.rpartition(".")[2]
    about = folder / "README.md"
    declared = getattr(module, "LINE", None)
    if not isinstance(declared, Line):
        return None, [f"{key}: __init__.py declares no LINE"]
    try:
        own = words.flatten(tomllib.loads((folder / "words.toml").read_text("utf-8")))
        tables = {path.stem: read_table(path) for path in sorted((folder / "tables").glob("*.csv"))}
    except FileNotFoundError:
        return None, [f"{key}: no words.toml"]
    except tomllib.TOMLDecodeError as wrong:
        return None, [f"{key}: words.toml: {wrong}"]
    except ValueError as wrong:
        return None, [f"{key}: {wrong}"]
    said = about.read_text("utf-8") if about.exists() else ""
    line = declared.named(key, own, said, tables, read_texts(folder, f"{key}/")).grown(tables)
    faults = line.faults()
    documents = {document.key for document in line.documents}
    faults += [f"no documents/{name}.txt" for name in sorted(documents - set(line.texts))]
    faults += [
        f"documents/{name}.txt is no document of this line" for name in sorted(set(line.texts) - documents)
    ]
    missing = line.words_needed() - set(line.words) - set(common_words())
    faults += [f"no word for: {', '.join(sorted(missing))}"] if missing else []
    partial = words.incomplete(line.words)
    faults += [f"a language is missing for: {', '.join(sorted(partial))}"] if partial else []
    faults += [] if (folder / "stories.yaml").exists() else ["no stories.yaml"]
    return line, [f"{key}: {fault}" for fault in faults]


def load(package: str = "gridtown.lines") -> dict[str, Line]:
    """Every line found below the package, or Unloadable naming what is wrong with each."""
    found: dict[str, Line] = {}
    faults: list[str] = []
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if not module.ispkg:
            continue
        line, wrong = read_line(f"{package}.{module.name}")
        faults += wrong
        if line is not None:
            found[line.key] = line
    faults += _declared_twice(found)
    if faults:
        raise Unloadable("\n".join(faults))
    return found


def _declared_twice(found: Mapping[str, Line]) -> list[str]:
    """Purposes that two lines have: whoever looks for one would take either."""
    by: dict[str, list[str]] = {}
    for line in found.values():
        if line.purpose is not None:
            by.setdefault(type(line.purpose).__name__, []).append(line.key)
    return [
        f"{', '.join(keys)}: purpose {what} is declared twice" for what, keys in by.items() if len(keys) > 1
    ]


@cache
def found() -> Mapping[str, Line]:
    """The lines of this installation, read once."""
    return load()
