"""Dispatch's own small tables: how far it has come, and messages on their way out. The ledger's truth is in cases."""

from typing import ClassVar

from django.db import models


class Mark(models.Model):
    """How far something that goes on and on has come, and when it last did: the ticker, the outbox."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    said = models.TextField(default="")


class Message(models.Model):
    """One message to one group robot about one post's notices; kept until it is sent or too old to matter."""

    robot = models.CharField(max_length=16)
    post_id = models.BigIntegerField()
    notices = models.TextField()  # JSON list of notice ids
    title = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # null: sent, or given up
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=models.Q(next_at__isnull=False), name="dispatch_message_due"
            ),
        ]
