"""A paper with an invalid signature by hand: the shortcut does not enter it, a reason does, and the leader reads it."""

import re

import pytest
from playwright.sync_api import expect

from .test_public_screens import DESK, looked_at
from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
WHY = "Đã đối chiếu bản giấy có dấu đỏ, nơi gửi hẹn ký lại."
SENTENCE = "Chữ ký số không hợp lệ. Bộ Nội vụ: tệp đã bị thay đổi sau khi ký."


def test_the_shortcut_refuses_the_reason_enters_and_the_leader_sees_why(
    town, chromium, live_server, tmp_path
):
    problems = []
    paper = town.paper(signature_verdict="invalid", signature_report={"sentence": SENTENCE})
    url = f"{live_server.url}{paper.get_absolute_url()}"
    lan = signed_in(chromium, live_server, "lan", problems)
    lan.goto(url)
    expect(lan.locator(".steps .btn-main")).to_have_text("Từ chối")
    looked_at(lan, problems, "van-ban", tmp_path)
    lan.set_viewport_size(DESK)
    lan.get_by_role("link", name="Vẫn vào sổ").click()

    asked = lan.get_by_role("alert").filter(has_text="cần một quyết định")
    expect(lan.locator("form .btn-main")).to_have_text("Từ chối")
    expect(asked).to_be_hidden()
    lan.keyboard.press("Control+Enter")
    expect(asked).to_be_visible()
    looked_at(lan, problems, "phim-tat", tmp_path)
    lan.set_viewport_size(DESK)
    lan.get_by_text("Vẫn vào sổ", exact=True).click()
    lan.fill("[name=acceptance_reason]", WHY)
    lan.keyboard.press("Control+Enter")  # a reason is written, and still nobody has pressed
    expect(lan).to_have_url(f"{url}vao-so/")
    paper.refresh_from_db()
    assert paper.state == "awaiting_reception"

    anyway = lan.get_by_role("button", name="Vẫn vào sổ với lý do này")
    lan.fill("[name=acceptance_reason]", "")
    anyway.click()
    expect(lan.get_by_role("link", name="Lý do vẫn nhận")).to_be_visible()
    looked_at(lan, problems, "hoi-ly-do", tmp_path)
    lan.set_viewport_size(DESK)
    lan.fill("[name=acceptance_reason]", WHY)
    lan.select_option("[name=leader]", str(town.dung.pk))
    anyway.click()
    lan.wait_for_url(re.compile("box=reception"))

    dung = signed_in(chromium, live_server, "dung", problems)
    card = dung.locator(".decision")
    expect(card).to_contain_text("Chữ ký không hợp lệ")
    expect(card).to_contain_text(WHY)
    looked_at(dung, problems, "lanh-dao", tmp_path)
    dung.goto(f"{url}?tab=flow")
    expect(dung.locator(".page-head")).to_contain_text(WHY)
    expect(dung.locator(".timeline")).to_contain_text(f"Chữ ký không hợp lệ, vẫn nhận với lý do: {WHY}")
    looked_at(dung, problems, "luan-chuyen", tmp_path)
    assert problems == []


def test_without_scripts_the_reason_is_asked_for_all_the_same(town, chromium, live_server):
    paper = town.paper(signature_verdict="invalid", signature_report={"sentence": SENTENCE})
    lan = signed_in(chromium, live_server, "lan", [], java_script_enabled=False)
    lan.goto(f"{live_server.url}{paper.get_absolute_url()}vao-so/")
    lan.get_by_text("Vẫn vào sổ", exact=True).click()
    lan.get_by_role("button", name="Vẫn vào sổ với lý do này").click()
    expect(lan.locator(".errors")).to_contain_text("ít nhất 10 ký tự")
    lan.fill("[name=acceptance_reason]", WHY)
    lan.get_by_role("button", name="Vẫn vào sổ với lý do này").click()
    paper.refresh_from_db()
    assert (paper.state, paper.acceptance_reason) == ("registered", WHY)
