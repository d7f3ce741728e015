"""What papers say in their office's own fields is found and bounded, while people work: no table is locked for long."""

import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0053_own_fields")]

    operations = [
        # An attempt that was broken off left one that is no good.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS document_own", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="document",
            index=models.Index(
                condition=models.Q(("own_values", {}), _negated=True),
                fields=["organisation", "-sorted_at", "-id"],
                name="document_own",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE documents_document DROP CONSTRAINT IF EXISTS document_own_bounded",
            migrations.RunSQL.noop,
        ),
        AddConstraintNotValid(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length(
                        django.db.models.functions.comparison.Cast("own_values", models.TextField())
                    ),
                    65536,
                ),
                name="document_own_bounded",
            ),
        ),
        ValidateConstraint(model_name="document", name="document_own_bounded"),
    ]
