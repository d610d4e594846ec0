"""What was imported from an address before the date was kept was read live that day."""

from typing import Any

from django.db import migrations
from django.db.models import F


def fill(apps: Any, _editor: Any) -> None:
    imports = apps.get_model("core", "SourceImport").objects
    live = imports.filter(read_live_at=None, origin__startswith="http")
    live.update(read_live_at=F("imported_at"))


class Migration(migrations.Migration):
    dependencies = [("core", "0002_read_live_at")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
