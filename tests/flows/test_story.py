"""The whole story by hand in a browser: a ministry's paper comes over the axis, and the signed, numbered, sealed
answer goes back over it, every step by the right person, with a real worker and the axis simulator between."""

import re
import shutil
import subprocess
import time

import pytest
import requests
from playwright.sync_api import Page, expect

from documents import blobs
from documents.models import Delivery, Event, Incoming, Outgoing

from .conftest import PASSWORD, worker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("exchange")]
SUBJECT = "Về việc rà soát biên chế công chức năm 2027"


@pytest.fixture
def desk(chromium, live_server, tmp_path):
    """Opens the system as one person; each has a browser of their own."""
    contexts = []

    def open_as(username: str, **device) -> Page:
        context = chromium.new_context(locale="vi-VN", viewport={"width": 1366, "height": 768}, **device)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{live_server.url}/dang-nhap/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    yield open_as
    for number, context in enumerate(contexts):
        # Beside the test's other leavings, never in the repository.
        context.pages[0].screenshot(path=tmp_path / f"desk-{number}.png", full_page=True)
        context.close()


def test_a_paper_comes_from_the_axis_and_its_answer_goes_back(town, desk, live_server, settings, tmp_path):
    with worker(settings, tmp_path):
        sent = requests.post(f"{town.simulator.url}/_sim/send", json={"from": "G09", "to": [town.home_affairs.code], "subject": SUBJECT, "type_name": "Công văn"}, timeout=10).json()  # fmt: skip
        paper = eventually(lambda: Incoming.objects.filter(document_uid=sent["document_id"]).first())
        url = f"{live_server.url}{paper.get_absolute_url()}"

        lan = desk("lan")
        lan.goto(f"{live_server.url}/van-ban-den/?box=reception")
        lan.get_by_role("link", name=SUBJECT).click()
        lan.select_option("[name=leader]", str(town.dung.pk))
        lan.get_by_role("button", name="Vào sổ và mở văn bản tiếp theo").click()

        dung = desk("dung")
        dung.goto(url)
        step(dung, "Cho ý kiến, phân công")
        dung.fill("[name=text]", "Giao Phòng Tổ chức chủ trì tham mưu trả lời.")
        dung.check(f"input[name=lead][value='{town.hoa.pk}']")
        dung.check(f"input[name=info][value='{town.thao.pk}']")
        submit(dung)

        hoa = desk("hoa")
        hoa.goto(url)
        step(hoa, "Chuyển tiếp")
        hoa.fill("[name=text]", "Minh dự thảo văn bản trả lời.")
        hoa.check(f"input[name=lead][value='{town.minh.pk}']")
        submit(hoa)

        minh = desk("minh")
        minh.goto(url)
        step(minh, "Bắt đầu xử lý")
        minh.get_by_role("link", name="Dự thảo văn bản trả lời").first.click()
        minh.fill("[name=subject]", "Về việc báo cáo rà soát biên chế công chức năm 2027")
        minh.locator(".ProseMirror").click()
        minh.keyboard.press("Control+a")
        for line in (
            "Sở Nội vụ báo cáo như sau:",
            "Đã rà soát xong.",
            "Đề nghị giữ nguyên biên chế.",
        ):
            minh.keyboard.type(line)
            minh.keyboard.press("Enter")
        minh.check("[name=not_secret]")
        minh.get_by_role("button", name="Lưu và trình duyệt").click()
        minh.wait_for_url(re.compile(r"/van-ban-di/\d+/$"))
        reply = Outgoing.objects.get(in_reply_to=paper)
        answer_url = f"{live_server.url}{reply.get_absolute_url()}"
        hoa.goto(answer_url)
        step(hoa, "Đồng ý nội dung")
        lan.goto(answer_url)
        step(lan, "Đạt thể thức")
        dung.goto(answer_url)
        step(dung, "Xem và ký")
        dung.get_by_role("button", name="Duyệt và ký số").click()
        expect(dung.locator("body")).to_contain_text("Đã duyệt và ký số")
        lan.goto(answer_url)
        step(lan, "Cấp số, đóng dấu, phát hành")
        expect(lan.locator("body")).to_contain_text("phát hành")

        minh.goto(url)
        step(minh, "Hoàn thành")
        minh.select_option("[name=reply]", str(reply.pk))
        submit(minh)

        state = eventually(lambda: ministry(town, sent["document_id"], {"01", "03", "04", "05", "06"}), 90)
        assert state["copies"] == 1
        delivery = eventually(lambda: Delivery.objects.filter(outgoing=reply, state="completed").first(), 90)

    lan.goto(f"{answer_url}?tab=deliveries")
    expect(lan.locator("body")).to_contain_text("Đã hoàn thành")
    assert {step.code for step in delivery.steps.all()} == {"01", "03", "04", "05", "06"}
    assert [event.kind for event in Event.objects.filter(document=paper)][:4] == [
        "receive",
        "register",
        "present",
        "direct",
    ]
    assert not Event.objects.broken_links(town.home_affairs.pk)
    reply.refresh_from_db()
    assert (reply.code, reply.state) == ("01/SNV-TCBC", "issued")
    signatures_hold(reply, settings, tmp_path)


def ministry(town, document_id: str, codes: set[str]):
    """What the ministry holds once it has heard every status of its paper and received our one answer."""
    state = requests.get(f"{town.simulator.url}/_sim/state", timeout=10).json()
    desk = state["participants"]["G09"]
    heard = {
        note["code"]
        for paper in desk["sent"]
        if paper["document_id"] == document_id
        for note in paper["statuses"]
    }
    papers = [paper for paper in desk["inbox"] if paper["document_id"].startswith(town.home_affairs.code)]
    return papers[0] if papers and heard >= codes else None


def signatures_hold(reply: Outgoing, settings, folder) -> None:
    """A reader we did not write says that both signatures are valid and the second covers everything."""
    if not shutil.which("pdfsig"):
        pytest.fail("poppler-utils is missing: pdfsig cannot be asked")
    pdf = folder / "answer.pdf"
    pdf.write_bytes(blobs.read(reply.current_file().blob))
    said = subprocess.run(["pdfsig", str(pdf)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
    assert "Total document signed" in said.split("Signature #2")[1]


def step(page: Page, label: str) -> None:
    """Presses a step of the paper's page, whether it is a button or leads to a form."""
    named = page.locator(".steps").get_by_text(label, exact=True).first
    named.click()
    page.wait_for_load_state()


def submit(page: Page) -> None:
    page.locator(
        "main form[method=post] button.btn-main, main form[method=post] button[type=submit]"
    ).last.click()
    page.wait_for_load_state()
    expect(page.locator(".errors")).to_have_count(0)


def eventually(look, seconds: float = 60):
    """Asks again until there is an answer; a worker needs a moment."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError("nothing came of it in time")
