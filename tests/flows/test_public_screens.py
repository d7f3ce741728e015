"""The pages of a signer and of a stranger in a real browser: accessible, quiet, upright on a phone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.arrival import NewFile
from signatures import public
from tests.documents.outgoing_cases import brought, fields, written

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


@pytest.fixture
def shelf(town):
    """A paper issued, and one in its second version on the signer's desk with an attachment."""
    # The browser's event loop lives in this thread, and checking a signature runs one of its own.
    with ThreadPoolExecutor(1) as elsewhere:
        town.issued = elsewhere.submit(_issued, town).result()
    paper = written(town, body="\n\n".join(f"{n}. Nội dung số {n} của văn bản." for n in range(40)))
    file = NewFile("phu-luc.pdf", blobs.store(b"%PDF-1.4 phu luc %%EOF"))
    papers.attach(paper, files=[file], by=town.minh, at=timezone.now())
    brought(town, "format_checked", paper)
    papers.send_back(paper, by=town.dung, at=timezone.now(), reason="Sửa hạn báo cáo")
    changed = fields(town, body=paper.body.replace("Nội dung số 7 ", "Nội dung đã sửa số 7 "))
    papers.edit(paper, by=town.minh, at=timezone.now(), **changed)
    town.waiting = brought(town, "format_checked", paper)
    town.code = public.code_for(town.issued, timezone.now())
    return town


def _issued(town):
    try:
        return brought(town, "issued")
    finally:
        connections.close_all()


def looked_at(page, problems: list, name: str, folder: Path) -> None:
    """No violation, no sideways scrolling at either width; pictures of both are left in the test's folder."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.wait_for_function(
            "() => [...document.images].every((one) => one.complete || one.loading === 'lazy')"
        )
        page.screenshot(path=folder / f"{name}-{size['width']}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            problems.append(f"{name}: scrolls sideways at {size['width']}")
        problems += [
            f"{name} {size['width']}: {one['id']} {one['nodes'][0]['html'][:160]}"
            for one in Axe().run(page).response["violations"]
        ]
    page.set_viewport_size(DESK)


def test_a_stranger_checks_a_file_and_a_printed_copy(shelf, chromium, live_server, tmp_path):
    problems, file = [], tmp_path / "van-ban.pdf"
    file.write_bytes(blobs.read(shelf.issued.current_file().blob))
    context = chromium.new_context(locale="vi-VN", viewport=PHONE)
    page = context.new_page()
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{live_server.url}/dang-nhap/")
    looked_at(page, problems, "dang-nhap", tmp_path)
    page.get_by_role("link", name="kiểm tra chữ ký số của tệp").click()
    looked_at(page, problems, "kiem-tra", tmp_path)
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Kiểm tra chữ ký").click()
    page.get_by_text("Hợp lệ", exact=True).first.wait_for()
    page.locator("details.fold").first.evaluate("one => one.open = true")
    looked_at(page, problems, "kiem-tra-xong", tmp_path)
    page.get_by_role("link", name="Kiểm tra bản in bằng mã").click()
    looked_at(page, problems, "nhap-ma", tmp_path)
    page.fill("[name=ma]", public.grouped(shelf.code).lower())
    page.get_by_role("button", name="Kiểm tra").click()
    page.get_by_text("Chưa bị thu hồi").wait_for()
    looked_at(page, problems, "van-ban", tmp_path)
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="So sánh").click()
    page.get_by_text("Đúng là tệp đã phát hành").wait_for()
    looked_at(page, problems, "van-ban-so-sanh", tmp_path)
    assert problems == []
    page.goto(f"{live_server.url}/kt/SAI/")  # a browser notes every 404 in its console
    looked_at(page, problems, "ma-sai", tmp_path)
    context.close()
    assert [one for one in problems if "404" not in one] == []


def test_the_signer_sees_what_changed_and_what_he_has_not_looked_at(shelf, chromium, live_server, tmp_path):
    problems = []
    page = signed_in(chromium, live_server, "dung", problems)
    page.goto(f"{live_server.url}/van-ban-di/{shelf.waiting.pk}/xem-va-ky/")
    left, pages = page.locator("[data-seen-count]"), shelf.waiting.current_file().pages
    assert pages > 1 and left.inner_text() == str(pages)
    for number in range(1, pages + 1):
        page.locator(f"#trang-{number} > span").scroll_into_view_if_needed()
        page.wait_for_function(
            "most => Number(document.querySelector('[data-seen-count]').textContent) <= most",
            arg=pages - number,
        )
    assert page.get_by_text(f"Đã xem hết {pages} trang").is_visible()
    looked_at(page, problems, "duyet", tmp_path)
    page.get_by_role("link", name="So với bản 1").click()
    page.locator(".marks rect").first.wait_for()
    looked_at(page, problems, "so-sanh", tmp_path)
    first, second = (page.locator(f".marked >> nth={n}") for n in (0, 1))
    assert first.bounding_box()["y"] == second.bounding_box()["y"]
    page.set_viewport_size(PHONE)
    assert first.bounding_box()["y"] + 300 < second.bounding_box()["y"]
    page.set_viewport_size(DESK)
    page.goto(f"{live_server.url}{shelf.issued.get_absolute_url()}")
    looked_at(page, problems, "da-phat-hanh", tmp_path)
    with page.expect_download() as download:
        page.get_by_role("link", name="Bản in có mã kiểm tra").click()
    assert download.value.suggested_filename.startswith("ban-in-")
    assert problems == []
