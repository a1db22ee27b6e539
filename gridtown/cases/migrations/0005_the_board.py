"""The board counts open and recent cases without looking at the cases themselves."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the open ones by place, and what a reader may see in the one by opening."""

    dependencies: ClassVar = [
        ("cases", "0004_fewer_notice_indexes"),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_opened",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["opened", "place", "ended", "confidential"], name="case_opened"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended", False)),
                fields=["place", "confidential", "due", "supervised"],
                name="case_board",
            ),
        ),
    ]
