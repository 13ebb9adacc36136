"""Badge sheets become papers like any other (``conference/papers``)."""

from typing import Any

from django.core.files.storage import storages
from django.db import migrations


def forget_files(apps: Any, schema_editor: Any) -> None:
    """They are kept for a day and drawn again in a minute: none is left behind without its row."""
    BadgeSheet = apps.get_model("registration", "BadgeSheet")
    for file in BadgeSheet.objects.exclude(file="").values_list("file", flat=True):
        storages["private"].delete(file)


class Migration(migrations.Migration):
    dependencies = [("registration", "0005_names_hold_no_links"), ("papers", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(
            name="registration",
            options={
                "ordering": ["-created_at", "-pk"],
                "permissions": [("print_badges", "Can print badges")],
                "verbose_name": "registration",
                "verbose_name_plural": "registrations",
            },
        ),
        migrations.RunPython(forget_files, migrations.RunPython.noop),
        migrations.DeleteModel(name="BadgeSheet"),
    ]
