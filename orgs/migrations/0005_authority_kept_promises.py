"""Tightens: only TL. is passed on, TM. always speaks for the body, an end has a reason."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_authorities_of_posts")]

    operations = [
        migrations.AddConstraint(
            "signingauthority",
            models.CheckConstraint(
                condition=Q(through=None) | Q(capacity="TL"), name="authority_passed_on_is_by_order"
            ),
        ),
        migrations.AddConstraint(
            "signingauthority",
            models.CheckConstraint(
                condition=Q(capacity="TM", on_behalf=True)
                | Q(capacity__in=["KT", "Q"])
                | Q(capacity__in=["head", "TL", "TUQ"], on_behalf=False),
                name="authority_on_behalf_of_the_body",
            ),
        ),
        migrations.AddConstraint(
            "signingauthority",
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(end_reason=""), name="authority_end_has_reason"
            ),
        ),
    ]
