"""A recall is a package of its own: of a paper that went out before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0007_papers_asked_back"),
        ("interop", "0003_what_is_answered"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="outbound",
            name="outbound_carries_one_thing",
        ),
        migrations.AddField(
            model_name="outbound",
            name="revoked",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recall_package",
                to="documents.outgoing",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbound",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("inbound", None),
                        ("message_type", "status"),
                        ("outgoing", None),
                        ("report__isnull", False),
                        ("revoked", None),
                    ),
                    models.Q(
                        ("inbound__isnull", False),
                        ("message_type", "status"),
                        ("outgoing", None),
                        ("report", None),
                        ("revoked", None),
                    ),
                    models.Q(
                        ("inbound", None),
                        ("message_type", "edoc"),
                        ("outgoing__isnull", False),
                        ("report", None),
                        ("revoked", None),
                    ),
                    models.Q(
                        ("inbound", None),
                        ("message_type", "edoc"),
                        ("outgoing", None),
                        ("report", None),
                        ("revoked__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outbound_carries_one_thing",
            ),
        ),
    ]
