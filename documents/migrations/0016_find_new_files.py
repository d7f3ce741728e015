"""The backup asks every few seconds which files are new. Built beside the writers; the table is not locked."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("documents", "0015_accesses")]

    operations = [
        AddIndexConcurrently(
            "blob",
            django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="blob_new"
            ),
        ),
    ]
