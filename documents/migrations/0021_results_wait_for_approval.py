"""A task may wait for the approval of its result."""

from django.db import migrations, models
from django.db.models import Q

STATES = ["new", "in_progress", "forwarded", "reported", "done", "returned", "withdrawn"]


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0020_find_who_was_given_work"),
        ("orgs", "0012_results_approved_by_the_head"),
    ]

    operations = [
        migrations.RemoveConstraint("assignment", "assignment_state"),
        migrations.AddConstraint(
            "assignment", models.CheckConstraint(condition=Q(state__in=STATES), name="assignment_state")
        ),
    ]
