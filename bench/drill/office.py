"""The city before the drill: an office whose papers are signed and only wait for number, seal and issue."""

from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice

import django
from django.core.management import call_command
from django.utils import timezone

MINISTRIES = ("G09", "G22", "G12", "G15", "H05", "H24", "H49")


@dataclass(frozen=True)
class Office:
    """`papers`: keys of the signed ones; `codes`: whom the ministries write to; `pdf`: what they send."""

    papers: list[int]
    clerk: str
    codes: list[str]
    pdf: bytes
    begun: datetime


def prepare(count: int, axis_url: str, secret: str) -> Office:
    """Migrates, fills, signs `count` papers by the real act, and publishes the offices at the axis."""
    django.setup()
    for command in ("migrate", "collectstatic"):
        call_command(command, interactive=False, verbosity=0)
    from bench import fill
    from documents import blobs
    from documents.models import Document, Outgoing
    from interop.directory.publish import publish
    from interop.transport.axis import AxisClient
    from orgs.models import Organisation
    from signatures import actions

    people = fill.people()
    model = fill.approved_paper()
    papers = fill.copies(model, count)
    outside = list(Organisation.objects.filter(code__in=MINISTRIES).order_by("code"))
    inside = [people.orgs[name] for name in ("tp", "tuphap", "px")]
    link = Outgoing.recipients.through
    rows = []
    for index, paper in enumerate(papers):
        to = [*islice(cycle(outside), index, index + 2), inside[index % 3]]
        subject = f"Về việc thực tập liên thông lần {index + 1}"
        Document.objects.filter(pk=paper.pk).update(subject=subject)
        rows += [link(outgoing_id=paper.pk, organisation_id=one.pk) for one in to]
    link.objects.filter(outgoing__in=[paper.pk for paper in papers]).delete()
    link.objects.bulk_create(rows)
    at = timezone.now()
    for pk in [paper.pk for paper in papers]:
        actions.sign(Outgoing.objects.get(pk=pk), by=people.posts["dung"], at=at)
    fill.settle()
    publish(AxisClient(axis_url, "H26", secret))
    pdf = blobs.read(model.current_file().blob)
    codes = [people.orgs[name].code for name in ("so", "tuphap", "px")]
    return Office([paper.pk for paper in papers], "lan", codes, pdf, at)
