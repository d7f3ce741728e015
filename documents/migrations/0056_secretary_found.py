"""The constraint of 0052 is looked over and the index built while people work.

Not in one transaction: each step may be done again, when the one after it was broken off.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0055_pause_of_tasks")]

    operations = [
        ValidateConstraint(model_name="document", name="document_state_of_direction"),
        # An attempt that was broken off left one that is no good.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS outgoing_secretary", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("secretary_post", None), _negated=True),
                fields=["secretary_post"],
                name="outgoing_secretary",
            ),
        ),
    ]
