"""What a post was told is found by the post, also where it has been looked at: few notices lie among all others."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index more."""

    dependencies: ClassVar = [
        ("cases", "0005_the_board"),
    ]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("post_id__isnull", False)), fields=["post_id", "id"], name="notice_post"
            ),
        ),
    ]
