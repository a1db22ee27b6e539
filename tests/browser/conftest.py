"""A whole town served by the real command, for the journeys; one for the whole run."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from gridtown.people.load import demo_password

DAYS = "6"  # long enough for matters in every state, short enough to wait for
GRID = "330110110001001"
WORKER = "wg-330110110001-01"
SPOT = {"longitude": 119.9691, "latitude": 30.3857}


@dataclass(frozen=True)
class Served:
    """Where the town is, and the password of its demonstration accounts."""

    url: str
    password: str
    signed_in: dict[str, list[Any]] = field(
        default_factory=dict
    )  # a password is slow on purpose: once a role


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demonstration town of a few days behind the real server."""
    home = tmp_path_factory.mktemp("town")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    gone = {"DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    env = {k: v for k, v in os.environ.items() if k not in gone} | {
        "GRIDTOWN_HOME": str(home),
        "GRIDTOWN_PUBLIC_URL": url,
    }
    command = [sys.executable, "-m", "gridtown"]
    made = subprocess.run(
        [*command, "demo", "--no-serve", "--days", DAYS], env=env, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr[-2000:]
    with (home / "log").open("w") as log:
        server = subprocess.Popen([*command, "serve", "--port", str(port)], env=env, stdout=log, stderr=log)
        try:
            _wait_for(f"{url}/signin", server, home / "log")
            yield Served(url, demo_password(home))
        finally:
            server.terminate()
            server.wait(20)
    said = (home / "log").read_text("utf-8")
    assert "Traceback" not in said, said[-3000:]


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {address}")


@pytest.fixture
def window(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Opens windows, signed in or not, on a desk or a phone; fails on any script error in any of them."""
    faults: list[str] = []
    opened: list[BrowserContext] = []
    cookies = served.signed_in

    def _open(
        role: str = "", *, phone: bool = False, lang: str = "zh-CN", fresh: bool = False, script: bool = True
    ) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = browser.new_context(
            base_url=served.url,
            locale=lang,
            timezone_id="Asia/Shanghai",
            viewport=size,
            is_mobile=phone,
            has_touch=phone,
            geolocation=SPOT,
            permissions=["geolocation"],
            java_script_enabled=script,
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        if role in cookies and not fresh:
            context.add_cookies(cookies[role])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        if role and (fresh or role not in cookies):
            page.goto("/signin")
            page.fill("#username", role)
            page.fill("#password", served.password)
            page.click("main button.primary")
            page.wait_for_url(lambda address: "/signin" not in address)
            if not fresh:  # a session that a test ends must not be another's
                cookies[role] = [c for c in context.cookies() if c["name"] == "sessionid"]
        return page

    yield _open
    for context in opened:
        context.close()
    assert not faults, faults


def until(page: Page, expression: str, seconds: float = 15) -> None:
    """Wait until an expression is true; asked from outside, since the pages' policy lets nothing be evaluated."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(50)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A large picture, as a phone takes it."""
    path = tmp_path / "seen.jpg"
    Image.effect_noise((1800, 1350), 60).convert("RGB").save(path, quality=90)
    return path
