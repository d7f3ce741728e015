"""An update of an issued paper is a package too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0011_updates"),
        ("interop", "0008_findings_explained_by_a_person"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="outbound",
            name="outbound_carries_one_thing",
        ),
        migrations.AddField(
            model_name="outbound",
            name="update",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="package",
                to="documents.update",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbound",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("inbound", None),
                        ("message_type", "edoc"),
                        ("report", None),
                        models.Q(
                            models.Q(("outgoing__isnull", False), ("revoked", None), ("update", None)),
                            models.Q(("outgoing", None), ("revoked__isnull", False), ("update", None)),
                            models.Q(("outgoing", None), ("revoked", None), ("update__isnull", False)),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("message_type", "status"),
                        ("outgoing", None),
                        ("revoked", None),
                        ("update", None),
                        models.Q(
                            models.Q(("inbound", None), ("report__isnull", False)),
                            models.Q(("inbound__isnull", False), ("report", None)),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="outbound_carries_one_thing",
            ),
        ),
    ]
