from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the table of tasks is never locked

    dependencies = [("documents", "0019_directions_amended")]

    operations = [
        AddIndexConcurrently("assignment", models.Index(fields=["by", "-id"], name="assignment_given")),
    ]
