from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

OPEN, IN_HAND = ["new", "in_progress", "forwarded", "reported"], ["new", "in_progress"]


class Migration(migrations.Migration):
    atomic = False  # the table of tasks is never locked

    dependencies = [("documents", "0024_work_followed_up")]

    operations = [
        AddIndexConcurrently(
            "assignment",
            models.Index(
                fields=["by", "due_on", "id"], condition=Q(state__in=OPEN), name="assignment_given_open"
            ),
        ),
        AddIndexConcurrently(
            "assignment",
            models.Index(
                fields=["due_on", "id"], condition=Q(state__in=IN_HAND), name="assignment_by_deadline"
            ),
        ),
    ]
