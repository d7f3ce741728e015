"""The words of papers are indexed by office: common words of a large city must not be read for one ward. The new indexes are there
before the old one goes."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the table of papers is never locked

    dependencies = [("documents", "0056_secretary_found")]

    operations = [
        AddIndexConcurrently(
            "document", models.Index(fields=["organisation", "-sorted_at", "-id"], name="document_newest")
        ),
        AddIndexConcurrently(
            "document",
            django.contrib.postgres.indexes.GinIndex(
                fastupdate=False,
                fields=["organisation", "search_key", "code_key"],
                name="document_found",
                opclasses=["int8_ops", "gin_trgm_ops", "gin_trgm_ops"],
            ),
        ),
        RemoveIndexConcurrently("document", "document_search"),
    ]
