"""Devices that report over MQTT: a reading comes in on `gridtown/<line>/<signal>` and is acknowledged when it is kept.

The broker hears that a reading arrived (PUBACK) only after the ledger has it, or after what cannot be taken has been
laid aside on `<topic>/refused/<digest>`, retained, with the reason and without the token. Until then the broker keeps
it for us: the session outlives the connection, and a reading that comes again under its key is taken once.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from threading import Event
from typing import Annotated, Any

import msgspec
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gridtown.api.caller import KEY, caller_of, own_key
from gridtown.api.problems import Malformed
from gridtown.api.saying import mistakes, reason
from gridtown.dispatch import signals
from gridtown.dispatch.broker import Broker
from gridtown.kernel.told import Refused
from gridtown.people.signin import who_has
from gridtown.town import clock

TOPIC = "gridtown/+/+"
ASIDE = "{topic}/refused/{digest}"
MOST_BYTES = 64 * 1024  # of one message
SOONEST, LATEST = 1.0, 60.0  # seconds until the next try after a connection was lost
KEEP_ALIVE = 30  # seconds after which a silent connection is looked at
QOS = 1
_TOKEN = re.compile(r"gt_[A-Za-z0-9_-]{20,}")
_log = logging.getLogger(__name__)


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device sends: its token, a key that no other of its signals has, and the reading."""

    token: str
    key: Annotated[str, msgspec.Meta(pattern=f"^{KEY}$")]
    reading: dict[str, Any]


_open = msgspec.json.Decoder(Envelope).decode


def listen(
    broker: Broker, over: Event, *, name: str, lang: str = "zh", heard: Callable[[], None] | None = None
) -> None:  # fmt: skip
    """Take in readings until told to stop, whatever becomes of the broker or the database in between.

    name: the client's, which the broker knows the session by; two listeners need two. heard: called whenever the
    broker has let us in.
    """
    wait = SOONEST
    while not over.is_set():
        line = _Line(broker, name, lang, heard)
        try:
            line.stay(over)
        except (OSError, DatabaseError) as error:
            connection.close()
            _log.warning("listening at %s:%s broke off: %s", broker.host, broker.port, error)
        wait = SOONEST if line.up else min(2 * wait, LATEST)
        over.wait(wait)


class _Line:
    """One connection to the broker, from dialling to its end; nothing of it is used again."""

    def __init__(self, broker: Broker, name: str, lang: str, heard: Callable[[], None] | None) -> None:
        self.up = False
        self._broker, self._lang, self._heard = broker, lang, heard
        self._aside: dict[int, MQTTMessage] = {}  # laid aside, not yet confirmed: acknowledged when it is
        self._client = client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, manual_ack=True,
            protocol=MQTTProtocolVersion.MQTTv311,
        )  # fmt: skip
        if broker.user:
            client.username_pw_set(broker.user, broker.password)
        if broker.tls:
            client.tls_set(ca_certs=broker.ca)
        client.on_connect, client.on_subscribe = self._connected, self._subscribed
        client.on_message, client.on_publish = self._arrived, self._kept_aside
        client.on_disconnect = self._gone

    def stay(self, over: Event) -> None:
        """Dial, and listen until told to stop or until the connection is lost."""
        self._client.connect(self._broker.host, self._broker.port, KEEP_ALIVE)
        while not over.is_set():
            if self._client.loop(timeout=0.5) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
        self._client.disconnect()

    def _connected(
        self, client: Client, _: Any, flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:  # fmt: skip
        if code.is_failure:
            _log.error("the broker does not let us in: %s", code)
            return
        self.up = True
        client.subscribe(TOPIC, QOS)

    def _subscribed(
        self, client: Client, _: Any, mid: int, codes: list[ReasonCode], properties: Properties | None
    ) -> None:  # fmt: skip
        if any(code.is_failure for code in codes):
            _log.error("the broker does not let us read %s: %s", TOPIC, codes)
        elif self._heard:
            self._heard()

    def _gone(
        self, client: Client, _: Any, flags: DisconnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:  # fmt: skip
        _log.info("the connection has ended: %s", code)

    def _arrived(self, client: Client, _: Any, message: MQTTMessage) -> None:
        """One message. Where the database fails the error ends the connection, unacknowledged: it comes again."""
        if message.payload:  # an empty one takes a retained message back and says nothing
            try:
                close_old_connections()
                take(message.topic, message.payload)
            except DatabaseError:
                raise
            except Refused as why:
                return self._lay_aside(message, why)
            except Exception:  # a mistake of ours must not hold up what comes after
                _log.exception("a message on %s could not be dealt with", message.topic)
                return self._lay_aside(message, Refused("signal_aside"))
        client.ack(message.mid, message.qos)
        return None

    def _lay_aside(self, message: MQTTMessage, why: Refused) -> None:
        """Publish what cannot be taken, with its reason, where it stays for somebody to look at."""
        _log.warning("a message on %s was not taken: %s %s", message.topic, why.key, why.fields)
        digest = hashlib.sha256(message.payload).hexdigest()[:16]
        said = {
            "at": clock.now(),
            "type": f"urn:gridtown:{why.key}",
            "detail": reason(why, self._lang, message.topic.split("/")[1]),
            "fields": mistakes(why, self._lang),
            "sent": _TOKEN.sub("gt_…", message.payload[:MOST_BYTES].decode("utf-8", "replace")),
        }
        topic = ASIDE.format(topic=message.topic, digest=digest)
        told = self._client.publish(topic, msgspec.json.encode(said), qos=QOS, retain=True)
        self._aside[told.mid] = message

    def _kept_aside(
        self, client: Client, _: Any, mid: int, code: ReasonCode, properties: Properties
    ) -> None:  # fmt: skip
        message = self._aside.pop(mid, None)
        if message is not None:
            client.ack(message.mid, message.qos)


def take(topic: str, payload: bytes) -> signals.Received:
    """Take in one message by the same rules as one over HTTP, under the same key; Refused when it is not in order."""
    _, line, key = topic.split("/")
    if len(payload) > MOST_BYTES:
        raise Malformed
    try:
        said = _open(payload)
    except msgspec.DecodeError as error:
        _, _, where = str(error).partition("at `$.")
        raise Malformed(fields={where.rstrip("`"): "mistake.model"} if where else None) from None
    now = clock.now()
    owner = who_has(said.token, now=now)
    if owner is None:
        raise Refused("no_such_token")
    account, stamp = owner
    caller = caller_of(account, now, stamp)
    return signals.receive(
        line, key, said.reading, hats=caller.hats, now=now, sent_as=own_key(account, said.key)
    )
