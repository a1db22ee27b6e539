"""`python -m bench.scale`: ten million synthetic cases, and what pages, slices and a refresh take over them.

Prints a table and writes bench/results/scale.json. Each part runs in a process of its own, whose largest resident
memory is told. Times are in milliseconds, wall and processor; `first` is the first time in a new process (Ibis puts
questions into SQL), `new` the least of some times right after the warehouse changed (of what is known only what files
that stay say of themselves), `again` the least of some times on the same state.
"""

import argparse
import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import duckdb

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridtown.settings")

from bench.__main__ import RESULTS, ROOT, machine
from bench.processes import pace

TARGET = {"view": 100.0, "slice": 500.0, "refresh": 2000.0, "rss_mb": 2048.0}
ROUNDS = 5


def timed(what: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds of wall and of processor time that a call took."""
    wall, cpu = time.perf_counter(), time.process_time()
    what()
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3


def least(
    what: Callable[[], Any], times: int = ROUNDS, before: Callable[[], Any] = lambda: None
) -> list[float]:
    """The least wall and processor time of some calls: what else runs on the machine only adds."""
    found = []
    for _ in range(times):
        before()
        found.append(timed(what))
    return [round(min(one), 1) for one in zip(*found, strict=True)]


def rss() -> float:
    """The largest resident memory of this process so far, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def prepare(cases: int, sample: int) -> dict[str, Any]:
    """The warehouse, what is kept of its indicators, and a ledger that has some of its cases."""
    from django.core.management import call_command  # noqa: PLC0415

    from bench.scale import real, screens, synthetic  # noqa: PLC0415
    from gridtown import town as towns  # noqa: PLC0415
    from gridtown.warehouse import changes, counting, files, kept, ledger  # noqa: PLC0415

    town = towns.current()
    folder, found = files.folder_of(town.code), {"cases": cases}
    manifest = files.read_manifest(folder)
    if manifest is None or sum(t.rows for t in manifest.tables.values()) < cases:
        began = time.perf_counter()
        manifest = files.Manifest(town.code, as_of=synthetic.AS_OF, tables=synthetic.fill(cases, folder))
        found["fill_s"] = round(time.perf_counter() - began, 1)
        files.write_manifest(folder, manifest)
    began, db = time.process_time(), duckdb.connect()
    for line in town.lines.values():
        for kind in line.kinds:
            name = synthetic.name_of(line.key, kind.key)
            if name not in manifest.tables:  # a kind that came after this warehouse was made
                continue
            changes.join(changes.Place(folder, name, ()), manifest.tables[name], synthetic.AS_OF)
            counting.renew(
                db,
                folder,
                name,
                manifest.tables[name],
                kept.of_table(line, kind.key, str(town.zone)),
                synthetic.AS_OF,
            )
    found["keep_cpu_s"] = round(time.process_time() - began, 1)
    call_command("migrate", verbosity=0)
    if not ledger.head(town.code).id:
        real.Ledger(town, cases, sample).bring()
        screens.people(town, synthetic.AS_OF)
    head = ledger.head(town.code)
    manifest.cursor, manifest.hash, manifest.last, manifest.as_of = (
        head.id,
        head.hash,
        head.at,
        synthetic.AS_OF,
    )
    files.write_manifest(folder, manifest)
    files.sweep(folder, manifest, datetime.now(UTC))
    mb = sum((folder / name).stat().st_size for name in manifest.files()) / 2**20
    return {**found, "mb": round(mb, 1), "files": len(manifest.files()), "entries_in_ledger": head.id}


def consistency(cases: int, sample: int) -> dict[str, Any]:
    """Some of every kind's rows, made again from their entries by the kernel's fold."""
    from bench.scale import synthetic  # noqa: PLC0415
    from gridtown import town as towns  # noqa: PLC0415
    from gridtown.warehouse import lake as lakes  # noqa: PLC0415

    lake = lakes.tables(towns.current())

    def read(name: str, ids: list[int]) -> list[dict[str, Any]]:
        return lake.run_sql(f'SELECT * FROM "{name}" WHERE case_id IN ({", ".join(map(str, ids))})')

    return {"folded_and_equal": synthetic.consistent(cases, sample, read)}


def views() -> dict[str, Any]:
    """Each page: the first time, on a new state, and again."""
    from bench.scale import synthetic  # noqa: PLC0415
    from bench.scale.screens import screens  # noqa: PLC0415
    from bench.scale.views import changed, pages  # noqa: PLC0415
    from gridtown import town as towns  # noqa: PLC0415
    from gridtown.warehouse import lake as lakes  # noqa: PLC0415

    town, found = towns.current(), {}

    def forget() -> None:
        changed()
        lakes.tables(town)

    found["opening the warehouse"] = {"new": least(lambda: lakes.tables(town), before=changed)}
    for name, view in {**pages(town, synthetic.AS_OF), **screens(town)}.items():
        forget()
        first = [round(one, 1) for one in timed(view)]
        found[name] = {
            "first": first,
            "new": least(view, before=forget),
            "again": least(view),
            "pace": pace(),
        }
    return {"views": found, "rss_mb": rss()}


def room() -> dict[str, Any]:
    """The command room over a ledger with all that is open or recent of the warehouse; `first` reads it into memory."""
    from django.core.management import call_command  # noqa: PLC0415

    from bench.scale import synthetic, wall  # noqa: PLC0415
    from bench.scale.screens import wall as pages  # noqa: PLC0415
    from gridtown import town as towns  # noqa: PLC0415
    from gridtown.cases import held  # noqa: PLC0415

    town = towns.current()
    call_command("migrate", verbosity=0)
    told, found = wall.fill(town), {}
    began, before = time.perf_counter(), rss()
    held.counted(town.code, held.LARGE)  # as the first look at it will have found
    held.of(town.code, synthetic.AS_OF)
    found["reading what is open and recent into memory"] = {
        "first": [round((time.perf_counter() - began) * 1e3, 1)], "mb": round(rss() - before, 1)
    }  # fmt: skip
    for name, view in pages(town).items():
        first = [round(one, 1) for one in timed(view)]
        found[name] = {"first": first, "again": least(view), "pace": pace()}
    return {**told, "views": found, "rss_mb": rss()}


def slicing() -> dict[str, Any]:
    """Slices and group-bys over all rows, on a new state each time."""
    from bench.scale.views import changed, crossings, group_bys, slices  # noqa: PLC0415
    from gridtown import town as towns  # noqa: PLC0415

    town, found = towns.current(), {}
    for name, view in {**slices(town), **crossings(town)}.items():
        first = [round(one, 1) for one in timed(view)]
        found[name] = {"first": first, "new": least(view, before=changed), "pace": pace()}
    for name, view in group_bys(town).items():
        first = [round(one, 1) for one in timed(view)]
        found[name] = {"first": first, "new": least(view), "pace": pace()}
    return {"slices": found, "rss_mb": rss()}


def refreshing(cases: int, sample: int, entries: int, rounds: int) -> dict[str, Any]:
    """New entries in the ledger, and a refresh; the first one of a new process, and further ones."""
    from bench.scale import real, synthetic  # noqa: PLC0415
    from gridtown import town as towns  # noqa: PLC0415
    from gridtown.warehouse.refresh import refresh  # noqa: PLC0415

    town = towns.current()
    ledger, found = real.Ledger(town, cases, sample), []
    ledger.know(12_000)
    gc.freeze()  # a refresh has not to look through what the bench knows
    for n in range(rounds):
        now = synthetic.AS_OF + timedelta(minutes=10 * (n + 1))
        touched = ledger.go_on(entries, now)
        before = rss()
        done: list[Any] = []
        wall, cpu = timed(lambda now=now, done=done: done.append(refresh(now=now, town=town)))
        said = asdict(done[0])
        found.append({
            "entries": said["entries"], "cases": touched, "readers_have_it_ms": round(said["seconds"] * 1e3, 1),
            "with_folding_in_ms": round(wall, 1), "cpu_ms": round(cpu, 1), "folded_in": said["folded_in"],
            "rss_before_mb": before, "rss_mb": rss(), "pace": pace(),
        })  # fmt: skip
    return {"refresh": found, "rss_mb": rss()}


def agreeing() -> dict[str, Any]:
    """Every indicator from what is kept and from the rows: how many were compared; or the first difference."""
    from bench.scale.views import RUNNING, YEAR  # noqa: PLC0415
    from gridtown import town as towns  # noqa: PLC0415
    from gridtown.kernel.indicator import Span  # noqa: PLC0415
    from gridtown.kernel.period import Period  # noqa: PLC0415
    from gridtown.report.figures import finding, indicators  # noqa: PLC0415
    from gridtown.warehouse import lake as lakes  # noqa: PLC0415

    town, compared, kept = towns.current(), 0, 0
    lake = lakes.tables(town)
    for named in indicators.listed(town):
        for key in (YEAR, RUNNING, f"{YEAR}-01-01..{YEAR}-11-20", "2025-11", "2025-10"):
            seen = Period.parse(key, town.zone).seen_at(lake.as_of or datetime.now(UTC))
            span, by = Span(seen.since, seen.until, ""), ("village",)
            tally = lake.tally(named.line.key, named.indicator.kind)
            kept += tally is not None and tally.reading(named.indicator, span, by) is not None
            one = finding.found(lake, named.line.key, named.indicator, span, by)
            other = finding.from_rows(lake, named.line.key, named.indicator, span, by)
            if (one[0], list(one[1])) != (other[0], list(other[1])):
                raise SystemExit(f"{named.key} {key}: {one} != {other}")
            compared += 1
    return {"kept_is_rows": compared, "of_which_kept": kept}


COPIES = ("gone-on", "wall")


def copied(home: Path, name: str) -> Path:
    """A copy that can be gone on with: the ledger, and the warehouse's files, which never change, as links."""
    other = home / name
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir()
    for path in home.rglob("*"):
        into = other / path.relative_to(home)
        if path.is_file() and not set(path.relative_to(home).parts[:1]) & set(COPIES):
            into.parent.mkdir(parents=True, exist_ok=True)
            (os.link if path.suffix in (".parquet", ".raw") else shutil.copy)(path, into)
    return other


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "prepare": lambda said: prepare(said.cases, said.sample),
    "consistency": lambda said: consistency(said.cases, said.folded),
    "views": lambda said: views(),
    "slices": lambda said: slicing(),
    "room": lambda said: room(),
    "refresh": lambda said: refreshing(said.cases, said.sample, said.entries, said.rounds),
    "views after": lambda said: views(),
    "agree": lambda said: agreeing(),
}


def table(found: dict[str, Any]) -> str:
    """The figures beside their targets; wall / processor."""
    lines = []
    for part, target in (("views", "view"), ("room", "view"), ("views after", "view"), ("slices", "slice")):
        lines.append(
            f"{part + ' (ms, wall / cpu)':<64}{'first':>16}{'new':>16}{'again':>14}   target {TARGET[target]:.0f}"
        )
        for name, told in found.get(part, {}).get("views" if target == "view" else "slices", {}).items():
            cells = [" / ".join(f"{v:.0f}" for v in told.get(one, ())) for one in ("first", "new", "again")]
            lines.append(f"  {name:<62}{cells[0]:>16}{cells[1]:>16}{cells[2]:>14}")
    lines += [
        f"refresh {n + 1}: {told}" for n, told in enumerate(found.get("refresh", {}).get("refresh", []))
    ]
    lines += [
        f"{part}: at most {told['rss_mb']:.0f} MB resident"
        for part, told in found.items()
        if "rss_mb" in told
    ]
    return "\n".join(lines)


def main() -> None:
    """All parts, the table, and bench/results/scale.json."""
    asked = argparse.ArgumentParser(prog="python -m bench.scale")
    asked.add_argument("--cases", type=int, default=10_000_000)
    asked.add_argument("--sample", type=int, default=100_000, help="cases that the real ledger has as well")
    asked.add_argument("--entries", type=int, default=10_000, help="new entries before each refresh")
    asked.add_argument("--rounds", type=int, default=4, help="refreshes")
    asked.add_argument(
        "--folded", type=int, default=30, help="rows of each kind that are folded anew and compared"
    )
    asked.add_argument("--home", type=Path, help="keep what was made here, and use it again")
    asked.add_argument("--only", nargs="*", choices=PARTS)
    asked.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    said = asked.parse_args()
    if said.part:
        django.setup()
        print(json.dumps(PARTS[said.part](said)))
        return
    home = said.home or Path(tempfile.mkdtemp())
    into = RESULTS / "scale.json"
    found = json.loads(into.read_text()) if said.only and into.exists() else {}
    env = {**os.environ, "GRIDTOWN_HOME": str(home), "GRIDTOWN_LOG": "ERROR"}
    for part in said.only or PARTS:
        print(f"{part} ...", file=sys.stderr, flush=True)
        if part == "refresh":
            copied(home, "gone-on")
        env["GRIDTOWN_HOME"] = str(copied(home, "wall") if part == "room" else home)
        if part in ("refresh", "views after", "agree"):
            env["GRIDTOWN_HOME"] = str(home / "gone-on")
        command = [sys.executable, "-m", "bench.scale", "--part", part, *sys.argv[1:]]
        done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
        found[part] = {**json.loads(done.stdout.splitlines()[-1]), "load": os.getloadavg()[0]}
        found |= {
            "machine": machine([pace()]),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "target": TARGET,
        }
        into.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(table(found))


if __name__ == "__main__":
    main()
