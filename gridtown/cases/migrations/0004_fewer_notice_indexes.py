"""Notices are found by id or by the post that has not looked at them; what else was indexed nobody asked for."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two indexes less, and one that leaves out what is told to nobody's post."""

    dependencies: ClassVar = [
        ("cases", "0003_alike_and_bars"),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_unseen",
        ),
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_unsent",
        ),
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_case",
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("post_id__isnull", False), ("seen_at__isnull", True)),
                fields=["post_id", "id"],
                name="notice_unseen",
            ),
        ),
    ]
