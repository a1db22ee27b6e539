"""The open cases of one kind by their due times: few of a kind are not looked for among all that is open."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the open ones by line, kind and due time."""

    dependencies: ClassVar = [
        ("cases", "0006_notices_of_a_post"),
    ]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended", False)),
                fields=["line", "kind", "due", "id"],
                name="case_kind_due",
            ),
        ),
    ]
