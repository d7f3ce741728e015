"""Lists of packages: what one asked for, and what came from elsewhere, cost the same for one row as for three."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.exports import ask_export
from casefiles.models import ReceivedPackage
from documents import blobs
from tests.casefiles.disposing import keeper_of
from tests.casefiles.filing import opened
from tests.documents.desks import at_desk, words


def cost(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_what_one_asked_for(office):
    minh, costs, cases = at_desk(office.minh), [], []
    for count in (1, 3):
        while len(cases) < count:
            cases.append(opened(office))
            ask_export(cases[-1], kind="whole", by=office.minh, at=timezone.now())
        costs.append(cost(minh, reverse("case_exports")))
    assert costs[0] == costs[1] <= 10
    page = words(minh.get(reverse("case_exports")))
    assert all(case.code in page for case in cases)


def test_what_came_from_elsewhere(office):
    keeper = keeper_of(office)
    luu, costs = at_desk(keeper), []
    for count in (1, 3):
        while (number := ReceivedPackage.objects.count()) < count:
            ReceivedPackage.objects.create(
                organisation=office.home_affairs, objid=f"uuid-{number}", kind="SIP", title=f"Hồ sơ nơi khác {number}",
                file_code="A.1", documents=0, content={}, blob=blobs.store(b"PK %d" % number, "application/zip"),
                name="goi.zip", by=keeper, user=keeper.user, at=timezone.now(),
            )  # fmt: skip
        costs.append(cost(luu, reverse("received_packages")))
    assert costs[0] == costs[1] <= 10
    assert words(luu.get(reverse("received_packages"))).count("Hồ sơ nơi khác") == 3
