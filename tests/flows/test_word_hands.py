"""An officer brings a Word file, drafts by a template and has an attachment made PDF, with hands on the pages."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from documents.actions.outgoing.office_files import convert_next
from documents.layout.samples import samples
from documents.layout.word import word
from documents.models import Outgoing
from tests.documents.outgoing.drafting_cases import attached_word, kept_template
from tests.documents.outgoing.word_cases import DOCX
from tests.documents.outgoing_cases import written

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]


def look(page, name: str) -> None:
    """Nothing that keeps anybody out; a picture where one asks for it."""
    if folder := os.environ.get("WORD_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name


@pytest.mark.parametrize("width", [1366, 390])
def test_a_word_file_a_template_and_an_attachment(town, chromium, live_server, width):
    kept_template(town)
    problems: list = []
    page = signed_in(chromium, live_server, "minh", problems)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/van-ban-di/soan/")
    page.click("summary:has-text('Lấy nội dung từ tệp Word')")
    file = {"name": "ke-hoach.docx", "mimeType": DOCX, "buffer": word(samples()["KH"])}
    page.set_input_files("[name=word]", file)
    page.get_by_role("button", name="Lấy nội dung").click()
    page.wait_for_selector("text=Đã lấy nội dung từ tệp Word")
    assert page.input_value("[name=kind]") == "KH" and "| STT | Nội dung" in page.input_value("[name=body]")
    look(page, f"word-{width}")
    page.goto(f"{live_server.url}/van-ban-di/mau/")
    look(page, f"templates-{width}")
    page.get_by_role("link", name="Xem mẫu Giấy mời họp").click()
    look(page, f"template-{width}")
    page.get_by_role("link", name="Soạn theo mẫu").click()
    page.get_by_label("họ tên").fill("ông Trần Văn A")
    with page.expect_navigation():
        page.get_by_role("button", name="Điền vào văn bản").click()
    assert "mời ông Trần Văn A dự" in page.input_value("[name=body]")
    look(page, f"gaps-{width}")
    paper = written(town)
    attached_word(town, paper)
    page.goto(f"{live_server.url}{paper.get_absolute_url()}")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải bản Word").click()
    assert taken.value.suggested_filename.endswith(".docx")
    page.get_by_role("button", name="Chuyển thành PDF").click()
    page.wait_for_selector("text=Đang chuyển thành PDF")
    assert convert_next(at=timezone.now())
    page.reload()
    page.wait_for_selector("text=Đã có bản PDF")
    look(page, f"paper-{width}")
    assert Outgoing.objects.count() == 1 and problems == []
