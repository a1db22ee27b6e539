"""Group robots of DingTalk and WeCom: what they are sent, how it is signed, and whether they took it.

Both take a POST of JSON and answer `errcode` 0 with HTTP 200; both take at most 20 messages a minute, and
DingTalk then shuts a robot up for ten minutes. DingTalk may want a signature (加签): HMAC-SHA256 over the time in
milliseconds, a newline and the secret, with the secret as key. WeCom takes 4,096 bytes of Markdown at most.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote_plus, urlsplit

import httpx

from gridtown.town import Town

KINDS: tuple[Literal["dingtalk", "wecom"], ...] = ("dingtalk", "wecom")
LONGEST = 3800  # bytes of text: below WeCom's 4,096, far below DingTalk's 20,000
TIMEOUT = httpx.Timeout(5.0, connect=3.0)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Unsent(Exception):
    """A message was not taken; `reached` tells a robot that answered no from one that could not be asked."""

    def __init__(self, why: str, *, reached: bool) -> None:
        super().__init__(why)
        self.reached = reached


@dataclass(frozen=True)
class Robot:
    """One group's robot; the address holds its key, so it is a secret like the other."""

    kind: Literal["dingtalk", "wecom"]
    url: str
    secret: str = ""

    def __post_init__(self) -> None:
        """Refuse an address over which anybody could read along."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError(f"the {self.kind} robot's address must begin with https://")


def robots(town: Town, environ: Mapping[str, str] = os.environ) -> tuple[Robot, ...]:
    """The robots in use, none by default: GRIDTOWN_DINGTALK_URL and _SECRET, GRIDTOWN_WECOM_URL, else [hooks]."""
    listed = town.options.get("hooks", {})
    found = []
    for kind in KINDS:
        name = f"GRIDTOWN_{kind.upper()}"
        url = environ.get(f"{name}_URL") or listed.get(kind, "")
        if url:
            found.append(Robot(kind, url, environ.get(f"{name}_SECRET") or listed.get(f"{kind}_secret", "")))
    return tuple(found)


def payload(robot: Robot, title: str, text: str) -> dict[str, Any]:
    """The JSON of one Markdown message in the robot's own form."""
    if robot.kind == "dingtalk":
        return {"msgtype": "markdown", "markdown": {"title": title, "text": text}, "at": {"isAtAll": False}}
    return {"msgtype": "markdown", "markdown": {"content": text}}


def address(robot: Robot, at: datetime) -> str:
    """Where to send it, with time and signature where the robot has a secret."""
    if robot.kind != "dingtalk" or not robot.secret:
        return robot.url
    millis = int(at.timestamp() * 1000)
    code = hmac.new(robot.secret.encode(), f"{millis}\n{robot.secret}".encode(), hashlib.sha256).digest()
    joint = "&" if urlsplit(robot.url).query else "?"
    return f"{robot.url}{joint}timestamp={millis}&sign={quote_plus(base64.b64encode(code))}"


def send(client: httpx.Client, robot: Robot, title: str, text: str) -> None:
    """Hand one message to a robot, or Unsent with its own reason (never with the address, which is a secret)."""
    # signed by the real time, which the service compares with its own, even where a demonstration's clock runs
    at = datetime.now(UTC)
    try:
        answer = client.post(address(robot, at), json=payload(robot, title, text))
    except httpx.HTTPError as error:
        raise Unsent(type(error).__name__, reached=False) from None
    if answer.status_code != httpx.codes.OK:
        raise Unsent(f"HTTP {answer.status_code}", reached=False)
    try:
        said = answer.json()
        code, why = int(said["errcode"]), str(said.get("errmsg", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unsent("an answer that is not a robot's", reached=False) from None
    if code != 0:
        raise Unsent(f"{code} {why}"[:200], reached=True)
