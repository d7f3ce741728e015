"""Fills: every head, deputy of a head and head of an office gets the right to sign he has been using."""

from datetime import datetime, time

from django.db import migrations
from django.utils import timezone

BATCH = 1000


def _start(day):
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _right(post) -> tuple[str, bool] | None:
    """Capacity and whether it is for the collective: the rule the page was laid out by until now."""
    collective = post.organisation.collective
    if post.role == "leader" and post.head:
        return ("TM", True) if collective else ("head", False)
    if post.role == "leader":
        return "KT", collective
    if post.role == "office_head" and not post.title.casefold().startswith("phó "):
        return "TL", False
    return None


def fill(apps, schema_editor):
    Post, Authority = apps.get_model("orgs", "Post"), apps.get_model("orgs", "SigningAuthority")
    Authority.objects.filter(capacity="TM").update(on_behalf=True)
    Authority.objects.filter(ended_at__isnull=False, end_reason="").update(end_reason="Không ghi lý do")
    posts = Post.objects.filter(role__in=["leader", "office_head"], signing_authorities=None)
    new, now = [], timezone.now()
    for post in posts.select_related("organisation").order_by("pk").iterator(BATCH):
        if right := _right(post):
            new.append(Authority(
                organisation_id=post.organisation_id, post=post, capacity=right[0], on_behalf=right[1],
                basis="Theo vị trí công tác", valid_from=_start(post.valid_from), valid_to=_start(post.valid_to),
                granted_at=now,
            ))  # fmt: skip
    Authority.objects.bulk_create(new, BATCH)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_authority_passed_on")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
