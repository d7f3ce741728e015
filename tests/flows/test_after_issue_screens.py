"""The pages after the issue: a paper that was mended, its copies and the form of a new one, the letter of correction."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from documents import blobs
from documents.actions.copies import make_copy
from documents.models import Correction
from tests.documents.desks import pdf_saying
from tests.interop.city_side import issued

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]


def test_what_follows_the_issue_is_accessible_and_fits_a_phone(town, chromium, live_server):
    old = issued(town, town.justice, subject="Về việc báo cáo biên chế năm 2026 của các đơn vị trực thuộc Sở")
    old.files.update(blob=blobs.store(pdf_saying("Đề nghị báo cáo")))
    newer = issued(town, town.justice, number="16", subject="Về việc đính chính Công văn số 15/SNV-TCBC")
    Correction.objects.create(paper=newer, of=old, kind="rectifies")
    given = {
        "signer": town.dung,
        "by": town.lan,
        "at": timezone.now(),
        "recipients": "Phòng Tổ chức\nVăn phòng",
    }
    first = make_copy(old, kind="SY", medium="paper", **given)
    make_copy(old, kind="SL", medium="paper", of_copy=first, **given)
    make_copy(old, kind="TrS", medium="electronic", text="Đề nghị báo cáo", **given)
    problems: list[str] = []
    desks = {who: signed_in(chromium, live_server, who, problems) for who in ("lan", "minh")}
    for who, path in (
        ("lan", f"/van-ban/{old.pk}/ban-sao/"), ("lan", old.get_absolute_url()), ("lan", "/van-ban-di/?box=issued"),
        ("lan", "/so-van-ban/ban-sao/"), ("minh", f"/van-ban/{old.pk}/ban-sao/"), ("minh", old.get_absolute_url()),
        ("minh", f"/van-ban-di/soan/?rectifies={old.pk}"),
    ):  # fmt: skip
        page = desks[who]
        assert page.goto(f"{live_server.url}{path}").status == 200, path
        found = Axe().run(page).response["violations"]
        problems += [f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            problems.append(f"{path}: scrolls sideways on a phone")
        page.set_viewport_size({"width": 1366, "height": 768})
    assert problems == []
