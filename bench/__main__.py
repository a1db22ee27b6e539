"""`python -m bench`: processor time per call with 100,000 cases, on SQLite and on PostgreSQL.

Two server processes, HTTP on the loopback, real tokens, the whole path: routing, dispatch, clocks, hash chain,
scope. What is counted is user and system time of all server processes and of the whole database.
"""

import argparse
import json
import os
import platform
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.load import Caller, run
from bench.processes import cpu_ms, family, pace

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).parent / "results"
BUDGET = {"create": 2.0, "list_100": 4.0, "detail": 2.0, "lifecycle": 8.0, "map": 20.0}
ZOOMS = (8, 10, 11, 12, 13, 14, 15, 16, 18)
MAP_BYTES = 150_000
SERVERS, CONNECTIONS = 2, 4
ROUNDS = 5  # the least of them is told: whatever else runs on the machine only adds to a call's time


def _env(home: Path) -> dict[str, str]:
    return {**os.environ, "GRIDTOWN_HOME": str(home), "GRIDTOWN_LOG": "ERROR"}


def _python(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=_env(home), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _postmaster() -> int | None:
    """The process id of the PostgreSQL server, which runs on this machine; None without one."""
    if "DATABASE_URL" not in os.environ:
        return None
    import psycopg  # noqa: PLC0415 - only where it is measured

    with psycopg.connect(os.environ["DATABASE_URL"]) as conn:
        backend = conn.execute("SELECT pg_backend_pid()").fetchone()
        assert backend is not None
        return int(Path(f"/proc/{backend[0]}/stat").read_text().rpartition(") ")[2].split()[1])


class Server:
    """`gridtown serve` on a free port."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        arguments = ["serve", "--port", str(self.port), "--workers", str(SERVERS), "--no-ticker"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gridtown", *arguments],
            cwd=ROOT,
            env=_env(home),
            stdout=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return time.sleep(1)
            except OSError:
                time.sleep(0.2)
        raise SystemExit("the server did not start")

    def stop(self) -> None:
        """As an administrator would."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def measured(home: Path, plan: dict[str, Any], calls: int) -> dict[str, Any]:
    """Milliseconds of processor time a call, and the largest map."""
    server, postmaster = Server(home), _postmaster()
    roots = [server.process.pid, *([postmaster] if postmaster else [])]
    callers = [Caller(server.port, plan, random.Random(n)) for n in range(CONNECTIONS)]

    sorts: dict[str, tuple[Any, int]] = {
        "create": (Caller.create, calls),
        "list_100": (Caller.list_100, calls // 2),
        "detail": (Caller.detail, calls),
        "lifecycle": (Caller.lifecycle, calls // 3),
        **{str(zoom): (lambda caller, zoom=zoom: caller.map(zoom), calls // 8) for zoom in ZOOMS},
    }
    sizes: dict[str, int] = {}
    rounds: dict[str, list[float]] = defaultdict(list)
    try:
        for what, times in sorts.values():
            run(callers, what, max(times // 5, 2 * CONNECTIONS))  # nothing is met for the first time
        # One round of all after the other: no sort has only a slow minute of the machine's.
        for _ in range(ROUNDS):
            for name, (what, times) in sorts.items():
                for caller in callers:
                    caller.largest = 0
                before = cpu_ms(roots)
                run(callers, what, times)
                rounds[name].append((cpu_ms(roots) - before) / times)
                sizes[name] = max(sizes.get(name, 0), *(caller.largest for caller in callers))
        found = {name: round(min(each), 3) for name, each in rounds.items()}
        zooms = {zoom: found.pop(str(zoom)) for zoom in ZOOMS}
        weights = {zoom: sizes[str(zoom)] for zoom in ZOOMS}
        found["map"] = max(zooms.values())
        alive = len(family(server.process.pid)) - 1
    finally:
        server.stop()
    return {"cpu_ms": found, "map_by_zoom": zooms, "map_bytes": weights, "processes": alive}


def one_database(home: Path, cases: int, calls: int) -> dict[str, Any]:
    """Fill, count, measure."""
    plan_file = home / "plan.json"
    _python(home, "-m", "bench.prepare", "--cases", str(cases), "--plan", str(plan_file))
    plan = json.loads(plan_file.read_text())
    queries = json.loads(_python(home, "-m", "bench.counted", str(plan_file)))
    found = measured(home, plan, calls)
    queries["move"] = max(queries[verb] for verb in ("dispatch", "fix", "verify"))
    return {**found, "queries": queries}


def machine(paces: Sequence[float]) -> dict[str, Any]:
    """What it was measured on, and how quick that was before each database and after the last."""
    about = Path("/proc/cpuinfo").read_text().splitlines()
    model = [line.partition(":")[2].strip() for line in about if "model name" in line]
    return {
        "cores": os.cpu_count(), "cpu": model[0] if model else "", "python": platform.python_version(),
        "system": platform.system(), "load": os.getloadavg()[0], "rounds": ROUNDS,
        "pace_ms": list(paces),
    }  # fmt: skip


def table(results: dict[str, dict[str, Any]]) -> str:
    """The figures beside their budgets."""
    lines = [
        f"{'CPU ms a call':<14}{'budget':>8}" + "".join(f"{name:>12}" for name in results) + f"{'queries':>9}"
    ]
    for call, budget in BUDGET.items():
        cells = "".join(f"{r['cpu_ms'][call]:>12.2f}" for r in results.values())
        lines.append(
            f"{call:<14}{budget:>8.1f}{cells}{next(iter(results.values()))['queries'].get(call, ''):>9}"
        )
    cells = "".join(f"{max(r['map_bytes'].values()) / 1000:>12.1f}" for r in results.values())
    lines.append(f"{'map, kB':<14}{MAP_BYTES / 1000:>8.0f}{cells}")
    return "\n".join(lines)


def over(results: dict[str, dict[str, Any]]) -> list[str]:
    """What does not keep to its budget."""
    said = [
        f"{name}: {call} takes {result['cpu_ms'][call]} ms of {budget}"
        for name, result in results.items()
        for call, budget in BUDGET.items()
        if result["cpu_ms"][call] > budget
    ]
    return said + [f"{n}: a map of {max(r['map_bytes'].values())} bytes" for n, r in results.items()
                   if max(r["map_bytes"].values()) > MAP_BYTES]  # fmt: skip


def main() -> None:
    """Both databases, the table, and bench/results/latest.json."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument(
        "--calls", type=int, default=600, help="of each sort; maps, pages and lifecycles fewer"
    )
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    asked.add_argument("--home", type=Path, help="keep the filled ledger here (SQLite) and use it again")
    asked.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    said = asked.parse_args()
    if said.into:  # the inner run, on the database that the environment names
        said.into.write_text(json.dumps(one_database(said.home, said.cases, said.calls)))
        return
    results, paces = {}, [pace()]
    for name in ("sqlite", "postgresql"):
        if said.only in (None, name):
            results[name] = _run(name, said)
            paces.append(pace())
    first = next(iter(results.values()))
    written = {
        "cpu_ms": first["cpu_ms"], "queries": first["queries"], "machine": machine(paces), "cases": said.cases,
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "budget": BUDGET, **results,
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    print(table(results))
    print(
        "a million multiplications took "
        + ", ".join(f"{ms:.0f}" for ms in paces)
        + " ms between the databases"
    )
    if wrong := over(results):
        raise SystemExit("over budget: " + "; ".join(wrong))


def _run(name: str, said: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as temp:
        home = said.home / name if said.home else Path(temp)
        home.mkdir(parents=True, exist_ok=True)
        into = home / "found.json"
        command = [sys.executable, "-m", "bench", "--home", str(home), "--into", str(into)]
        command += ["--cases", str(said.cases), "--calls", str(said.calls)]
        env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        if name == "postgresql":
            command = [str(ROOT / ".ci" / "postgres"), *command]
            env["PG_OPTIONS"] = ""  # as it is run in earnest, with fsync
        subprocess.run(command, cwd=ROOT, env=env, check=True)
        found: dict[str, Any] = json.loads(into.read_text())
        return found


if __name__ == "__main__":
    main()
