"""What 0028 left to be done while people work: no table is locked for longer than it takes to say so.

Not in one transaction: each step may be done again, when the one after it was broken off.
"""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models

LEADS = models.Q(
    ("role", "lead"),
    models.Q(("state__in", ["returned", "withdrawn"]), _negated=True),
    models.Q(("parent", None), models.Q(("state", "done"), _negated=True), _connector="OR"),
)
OF_TASK = models.Q(("task", None), _negated=True)
OF_NOTHING = models.Q(("document", None), ("task", None))
# The unique index in its new shape beside the old one, then in its place: there is never a moment without it.
BUILD = """
CREATE UNIQUE INDEX CONCURRENTLY one_lead_per_level_new ON documents_assignment (incoming_id, task_id, parent_id)
  NULLS NOT DISTINCT
  WHERE role = 'lead' AND NOT (state IN ('returned', 'withdrawn')) AND (parent_id IS NULL OR NOT (state = 'done'))
"""


def found(model, **index):
    """The index, built anew where an attempt that was broken off left one, which may be no good."""
    name = index["name"]
    return (
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop),
        AddIndexConcurrently(model, models.Index(**index)),
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0028_tasks_without_a_paper")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS one_lead_per_level_new", migrations.RunSQL.noop
                ),
                migrations.RunSQL(BUILD, "DROP INDEX CONCURRENTLY one_lead_per_level_new"),
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS one_lead_per_level", migrations.RunSQL.noop
                ),
                migrations.RunSQL(
                    "ALTER INDEX one_lead_per_level_new RENAME TO one_lead_per_level",
                    "ALTER INDEX one_lead_per_level RENAME TO one_lead_per_level_new",
                ),
            ],
            state_operations=[
                migrations.RemoveConstraint("assignment", "one_lead_per_level"),
                migrations.AddConstraint(
                    "assignment",
                    models.UniqueConstraint(
                        condition=LEADS,
                        fields=("incoming", "task", "parent"),
                        name="one_lead_per_level",
                        nulls_distinct=False,
                    ),
                ),
            ],
        ),
        ValidateConstraint("assignment", "assignment_of_one_matter"),
        ValidateConstraint("direction", "direction_of_one_matter"),
        migrations.RunSQL(
            "ALTER TABLE documents_event VALIDATE CONSTRAINT event_names_its_task", migrations.RunSQL.noop
        ),
        *found("assignment", condition=OF_TASK, fields=["task", "role"], name="assignment_of_task"),
        *found("direction", condition=OF_TASK, fields=["task"], name="direction_of_task"),
        *found("event", condition=OF_TASK, fields=["task", "id"], name="event_of_task"),
        *found("event", condition=OF_NOTHING, fields=["organisation", "-id"], name="event_of_nothing"),
        *found("event", condition=OF_NOTHING, fields=["-id"], name="event_of_nothing_at_all"),
        RemoveIndexConcurrently("event", "event_of_no_paper"),
        RemoveIndexConcurrently("event", "event_of_no_paper_at_all"),
    ]
