"""Pages about the lines of business, written from their tables: never by hand, compared in the checks."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from gridtown import lines, town
from gridtown.kernel import diagram, story, words
from gridtown.kernel.clocks import Extension, Limit
from gridtown.kernel.forms import FieldSpec, Form, fields_of
from gridtown.kernel.laws import in_english
from gridtown.kernel.line import Kind, Line
from gridtown.kernel.procedure import Move

FOLDER = Path(settings.ROOT) / "docs"
README = Path(settings.ROOT) / "README.md"
CHINESE = Path(settings.ROOT) / "README.zh-CN.md"
BENCH = Path(settings.ROOT) / "bench" / "results" / "latest.json"
BEGIN, END = "<!-- lines: written by `gridtown docs` -->", "<!-- /lines -->"
MEASURED, ALL_MEASURED = "<!-- measured: written by `gridtown docs` -->", "<!-- /measured -->"
NOTE = "<!-- Written by `gridtown docs` from gridtown/lines/{key}/: change it there. -->"


def written() -> dict[Path, str]:
    """Every generated file with what has to be in it."""
    pages: dict[Path, str] = {}
    for line in lines.found().values():
        pages[FOLDER / "lines" / f"{line.key}.md"] = page(line)
        for kind in line.kinds:
            drawn = diagram.diagram(kind.procedure, line.words, lines.common_words())
            pages[FOLDER / "lines" / f"{line.key}.{kind.key}.mmd"] = drawn + "\n"
    for readme in (README, CHINESE):
        if readme.exists():
            text = _between(
                readme.read_text("utf-8"), BEGIN, overview("zh" if readme is CHINESE else "en"), END
            )
            pages[readme] = text
    return pages


def _between(text: str, begin: str, said: str, end: str) -> str:
    """The text with something else between two marks; unchanged where it has none."""
    if begin not in text:
        return text
    head, rest = text.split(begin, 1)
    return f"{head}{begin}\n{said}\n{end}{rest.split(end, 1)[1]}"


def stale() -> list[Path]:
    """The files that do not say what the lines say, and those of lines that are gone."""
    pages = written()
    wrong = [path for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
    return wrong + sorted(set((FOLDER / "lines").glob("*")) - set(pages))


def write() -> list[Path]:
    """Write what is stale and take away what is gone; answers what was touched."""
    pages = written()
    touched = stale()
    for path in touched:
        if path in pages:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[path], "utf-8")
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [*touched, *_write_measured()]


def _write_measured() -> list[Path]:
    """The READMEs' table of what was measured last; told with its time, so that an older one is not wrong."""
    touched = []
    for readme in (README, CHINESE):
        if readme.exists() and BENCH.exists():
            text = readme.read_text("utf-8")
            said = _between(text, MEASURED, measured(json.loads(BENCH.read_text("utf-8"))), ALL_MEASURED)
            if said != text:
                readme.write_text(said, "utf-8")
                touched.append(readme)
    return touched


def measured(result: Mapping[str, Any]) -> str:
    """One line of processor time a call, from bench/results/latest.json."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    systems = [name for name in names if name in result]
    calls = []
    for call, bound in result["budget"].items():
        each = " / ".join(f"{result[name]['cpu_ms'][call]:.2f}" for name in systems)
        calls.append(f"`{call}` {each} ({bound:g})")
    machine = result["machine"]
    where = f"{result['at'][:16]}Z, {result['cases']:,} cases, {machine['cpu']}, {machine['cores']} cores"
    what = f"CPU ms / call, {' / '.join(names[name] for name in systems)} (bound)"
    return f"{what}: {' · '.join(calls)} · {where} · [latest.json](bench/results/latest.json)"


HEADS = {"en": ("Line of business", "Kinds of case", "Figures"), "zh": ("业务条线", "事项类型", "指标")}


def overview(lang: str = "en") -> str:
    """The README's table of lines."""
    rows = []
    for line in lines.found().values():
        kinds = ("、" if lang == "zh" else ", ").join(
            _say(line, f"kind.{kind.key}", lang) for kind in line.kinds
        )
        rows.append((f"[{_both(line, 'line')}](docs/lines/{line.key}.md)", kinds, len(line.indicators)))
    return "\n".join(_table(HEADS[lang], rows))


def page(line: Line) -> str:
    """One line's page."""
    parts: list[str] = [f"# {_both(line, 'line')}", "", NOTE.format(key=line.key), ""]
    parts += [*line.about.strip().splitlines()[1:], "", f"Answers for it: {_both(line, 'owner')}.", ""]
    for kind in line.kinds:
        parts += _kind(line, kind)
    parts += [*_registers(line), *_tools(line), *_signals(line)]
    parts += _indicators(line)
    parts += _settings(line)
    parts += ["## Stories", "", "Each is run through the real actions in the tests.", ""]
    parts += [f"- {told.title}" for told in _stories(line)]
    return "\n".join(parts).replace("\n\n\n", "\n\n").strip() + "\n"


def _kind(line: Line, kind: Kind) -> list[str]:
    procedure = kind.procedure
    source = ", ".join(_say(line, f"role.{role}") for role in kind.raised_by)
    drawn = diagram.diagram(procedure, line.words, lines.common_words())
    said = [
        f"## {_both(line, f'kind.{kind.key}')}", "",
        f"Numbered `{kind.number}`. Reported by: {source}. Seen as: {_say(line, f'confidential.{kind.confidential}')}.",
        "", "```mermaid", drawn, "```", "", "### What is asked when it is reported", "",
        *_fields(line, kind.intake), "", "### Who may do what", "",
    ]  # fmt: skip
    said += _table(
        ("Move", "From → to", "Who", "Asked", "Guards, effect"), (_move(line, m) for m in procedure.moves)
    )
    said += ["", "### By when", ""]
    said += _table(
        ("Limit", "In", "Amount", "Basis", "Then"), (_limit(line, limit) for limit in procedure.limits)
    )
    return [*said, ""]


def _move(line: Line, move: Move) -> tuple[str, ...]:
    anywhere, stays = move.frm == ("*",), move.to == "="
    frm = "any" if anywhere else ", ".join(_say(line, f"state.{s}") for s in move.frm)
    to = "stays" if stays else _say(line, f"state.{move.to}")
    who = ", ".join(_say(line, f"role.{role}") for role in move.roles) + (
        " (who holds it)" if move.mine else ""
    )
    asked = ", ".join(
        f"{_say(line, f'field.{f.name}')}{'' if f.required else '?'}" for f in fields_of(move.form)
    )
    more = [guard.__name__.replace("_", " ") for guard in move.guards]
    more += [type(move.effect).__name__.lower()] if move.effect else []
    more += [f"on {', '.join(move.on)}"] if move.on else []
    return (f"{_both(line, f'verb.{move.verb}')} `{move.verb}`", f"{frm} → {to}", who, asked, "; ".join(more))


def _limit(line: Line, limit: Limit) -> tuple[str, ...]:
    where = ", ".join(_say(line, f"state.{s}") for s in limit.states)
    if limit.pauses_in:
        where += f"; stands still in {', '.join(_say(line, f'state.{s}') for s in limit.pauses_in)}"
    amount = limit.amount.label("en")
    grades = (f"{_graded(line, limit, grade)} {own.label('en')}" for grade, own in limit.grades.items())
    amount = "; ".join((amount, *grades))
    if limit.extend:
        amount += f"; may be extended by {_extension(line, limit.extend)}"
    return (
        f"{_both(line, f'limit.{limit.key}')} `{limit.key}`",
        where,
        amount,
        in_english(limit.basis),
        limit.then,
    )


def _graded(line: Line, limit: Limit, grade: str) -> str:
    said = _say(line, f"choice.{limit.grade_by}.{grade}")
    return grade if said.startswith("choice.") else said.lower()


def _extension(line: Line, extension: Extension) -> str:
    who = ", ".join(_say(line, f"role.{role}").lower() for role in extension.by)
    times = "once" if extension.times == 1 else f"{extension.times} times"
    return f"{extension.amount.label('en')}, {times}, by the {who}"


def _fields(line: Line, form: type[Form]) -> list[str]:
    return _table(("Field", "What", "Must", "Kept"), (_field(line, spec) for spec in fields_of(form)))


def _field(line: Line, spec: FieldSpec) -> tuple[str, ...]:
    what = spec.type
    if spec.choices:
        what = " / ".join(_say(line, f"choice.{spec.name}.{value}") for value in spec.choices)
    elif spec.table:
        what = f"the town's table `{line.key}.{spec.table}`"
    elif spec.register:
        what = f"the register `{spec.register}`"
    what += f" ({spec.unit})" if spec.unit else ""
    kept = "encrypted" if spec.personal else f"also as {spec.sets}" if spec.sets else ""
    return (f"{_both(line, f'field.{spec.name}')} `{spec.name}`", what, "yes" if spec.required else "", kept)


def _registers(line: Line) -> Iterator[str]:
    for register in line.registers:
        yield from (f"## Register: {_both(line, f'register.{register.key}')}", "")
        yield from (*_fields(line, register.form), "")
        for duty in register.duties:
            owed = _say(line, f"role.{duty.owed_by}").lower()
            opens = _say(line, f"kind.{duty.opens}").lower()
            name = _both(line, f"duty.{duty.key}")
            graded = "".join(
                f"; every {every} where `{duty.grade_by}` is {g}" for g, every in duty.grades.items()
            )
            owes = f"{name}: every {duty.every}{graded}, owed by the {owed}, opens a {opens}"
            yield f"{owes}. Basis: {in_english(duty.basis)}."
            yield ""


def _tools(line: Line) -> Iterator[str]:
    for tool in line.tools:
        who = ", ".join(_say(line, f"role.{role}") for role in tool.roles)
        shows = ", ".join(_say(line, f"field.{name}") for name in tool.shows)
        yield from (f"## Tool: {_both(line, f'tool.{tool.key}')} `{tool.key}`", "")
        yield from (f"For: {who}. Proposes: {shows}. Basis: {in_english(tool.basis)}.", "")
        yield from ((*_fields(line, tool.ask), "") if fields_of(tool.ask) else ())


def _signals(line: Line) -> Iterator[str]:
    for signal in line.signals:
        by = _say(line, f"role.{signal.by}")
        yield from (f"## Signal: {_both(line, f'signal.{signal.key}')} `{signal.key}`", "")
        yield from (f"Sent by: {by}.", "", *_fields(line, signal.form), "")


def _indicators(line: Line) -> list[str]:
    rows = (
        (
            f"{ind.question} `{ind.key}`",
            _say(line, f"formula.{ind.key}"),
            ind.better,
            in_english(ind.basis),
            ind.reviewed,
            ind.why,
        )
        for ind in line.indicators
    )
    return ["## Figures", "", *_table(("Question", "How", "Better", "Basis", "Reviewed", "Why so"), rows), ""]


def _settings(line: Line) -> list[str]:
    if not line.settings:
        return []
    rows = (
        (
            f"{_both(line, f'setting.{s.key}')} `{s.key}`",
            f"{s.default} {s.unit}".strip(),
            in_english(s.basis),
            s.since,
        )
        for s in line.settings
    )
    return ["## Settings", "", *_table(("Setting", "Default", "Basis", "Since"), rows), ""]


def _stories(line: Line) -> tuple[story.Story, ...]:
    path = Path(str(files(f"gridtown.lines.{line.key}"))) / "stories.yaml"
    return story.parse(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader), town.current().zone)


def _say(line: Line, key: str, lang: str = "en") -> str:
    return words.say(key, lang, line.words, lines.common_words())


def _both(line: Line, key: str) -> str:
    return f"{_say(line, key, 'zh')} {_say(line, key)}"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    titles = tuple(head)
    said = [titles, ("---",) * len(titles), *rows]
    return ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in said]
