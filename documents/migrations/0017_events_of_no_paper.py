from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the table of events is never locked

    dependencies = [("documents", "0016_find_new_files")]

    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                condition=models.Q(("document", None)),
                fields=["organisation", "-id"],
                name="event_of_no_paper",
            ),
        ),
        AddIndexConcurrently(
            "event",
            models.Index(
                condition=models.Q(("document", None)), fields=["-id"], name="event_of_no_paper_at_all"
            ),
        ),
    ]
