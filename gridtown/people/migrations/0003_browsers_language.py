"""An account that nobody has given a language is met in the browser's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_pace")]

    operations = [
        migrations.AlterField("account", "lang", models.CharField(blank=True, default="", max_length=8)),
    ]
