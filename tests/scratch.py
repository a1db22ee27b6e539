"""An installation of its own, whose processes a test may kill and whose ledger it can look at again."""

import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).parent.parent


class Scratch:
    """A fresh installation on the configured database system; `env` runs programs in it."""

    def __init__(self, home: Path, *prepare: str) -> None:
        """Make the database, its tables, and Pingyao in it, or what `prepare` (a module and its arguments) makes."""
        self.home = home
        self.env = {**os.environ, "GRIDTOWN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "gridtown.settings"}
        self._admin, self._name = "", f"scratch_{uuid.uuid4().hex[:12]}"
        url = os.environ.get("DATABASE_URL", "")
        if url.startswith("postgres"):
            self._admin = url
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {self._name}")
            self.env["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{self._name}"))
        self.run(*(prepare or ("tests.programs.prepare",)))

    def start(self, module: str, *args: str, **more: Any) -> subprocess.Popen[str]:
        """Start a module of ours as a process."""
        command = [sys.executable, "-m", module, *args]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, **more)

    def run(self, module: str, *args: str) -> list[str]:
        """Run a module of ours to its end; the lines that it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *args],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split("\n")[:-1]

    def close(self) -> None:
        """Drop the database, if it is on a server."""
        if self._admin:
            with psycopg.connect(self._admin, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {self._name} WITH (FORCE)")
