"""What an operator said of a finding, who and when."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interop", "0007_confirmations_lost_on_the_way"),
        ("orgs", "0006_no_seal_size"),
    ]

    operations = [
        migrations.AddField(
            model_name="unexplained",
            name="explained_at",
            field=models.DateTimeField(null=True, verbose_name="giải trình lúc"),
        ),
        migrations.AddField(
            model_name="unexplained",
            name="explained_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        # The database's own default: a comparison of the version before may still write rows while this is rolled out.
        migrations.AddField(
            model_name="unexplained",
            name="explanation",
            field=models.CharField(blank=True, db_default="", max_length=1000, verbose_name="giải trình"),
        ),
        migrations.AddIndex(
            model_name="unexplained",
            index=models.Index(
                condition=models.Q(("explained_at", None), _negated=True),
                fields=["-explained_at", "-id"],
                name="unexplained_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="unexplained",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("explained_at", None), ("explained_by", None), ("explanation", "")),
                    models.Q(
                        ("explained_at__isnull", False),
                        ("explained_by__isnull", False),
                        models.Q(("explanation", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="unexplained_or_with_words",
            ),
        ),
    ]
