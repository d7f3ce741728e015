"""A mend in a real browser: the field changes before one's eyes, the list follows, and it is taken back."""

import pytest

from tests.documents.outgoing_cases import written

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
_BAD = "Thực hiện theo Khoản 2 Điều 3 Luật Nhà ở.\n\nThực hiện Điểm a khoản 1 Điều 4 Luật Nhà ở."


def test_a_mend_is_seen_taken_back_and_the_list_follows(town, chromium, live_server):
    paper, problems = written(town, body=_BAD), []
    page = signed_in(chromium, live_server, "minh", problems)
    page.goto(f"{live_server.url}/van-ban-di/{paper.pk}/sua/")
    body = page.locator("textarea[name=body]")
    found = page.locator(".finding", has_text="Quy tắc X01")
    assert page.locator(".found-marks circle").count() == found.count() == 2
    found.first.get_by_role("button", name="Sửa giúp").click()
    assert body.input_value().startswith("Thực hiện theo khoản 2")
    note = page.locator("[data-mended]")
    assert "Đã sửa ở ô Nội dung" in note.inner_text()
    found.nth(1).wait_for(state="detached")  # the live page came, without it
    note.get_by_role("button", name="Hoàn tác").click()
    assert body.input_value() == _BAD and "Đã hoàn tác" in note.inner_text()
    found.nth(1).wait_for()
    found.nth(1).get_by_role("button", name="Sửa giúp").click()
    assert "Thực hiện điểm a khoản 1" in body.input_value()
    assert problems == []
