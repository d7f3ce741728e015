"""Tasks of before get the words they are found by, and the index of them, while people work: no table is locked for long.

Not in one transaction: each step may be done again, when the one after it was broken off.
"""

import unicodedata

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

AT_ONCE = 500
LOOKALIKES = str.maketrans("ðɖđ‐‑‒–—―−", "ddd-------")


def folded(text):
    """As ui.text.fold was then."""
    plain = unicodedata.normalize("NFD", text.lower().translate(LOOKALIKES))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def fill(apps, schema_editor):
    """In batches, each a transaction of its own. Whose words were written meanwhile is left as it is."""
    without, last = apps.get_model("documents", "Task").objects.filter(search_key=""), 0
    fields = ("pk", "title", "meeting", "foreign_code", "search_key")
    while some := list(without.filter(pk__gt=last).order_by("pk").only(*fields)[:AT_ONCE]):
        for task in some:
            task.search_key = folded(f"{task.title} {task.meeting} {task.foreign_code}")
        without.bulk_update(some, ["search_key"])
        last = some[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0040_books_written_by_hand")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        # An attempt that was broken off left one that is no good.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS task_search", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "task", GinIndex(fields=["search_key"], name="task_search", opclasses=["gin_trgm_ops"])
        ),
    ]
