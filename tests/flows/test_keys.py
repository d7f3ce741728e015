"""Keys that are elsewhere, in a real browser: the agent at the signer's computer, and the telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from signatures.models import SigningSession
from signatures.tasks import collect_remote
from tests.documents.outgoing_cases import brought
from tests.signatures.agent_process import Agent
from tests.signatures.csc_process import PHONE_PIN
from tests.signatures.key_cases import at_service, person, seal_at_token

from .conftest import PASSWORD
from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]


@pytest.fixture
def with_agent(town, hsm, settings):
    """dung's key is in a token at the own computer."""
    held = person(settings.SIGNING_KEY_DIR)
    hsm.token("nguoiky")
    hsm.put("nguoiky", "khoa", held)
    held.row(holder="agent", key_ref="", user=town.dung.user)
    return hsm


def test_the_token_at_the_signers_computer_signs(town, with_agent, chromium, live_server, settings):
    paper, problems = brought(town, "format_checked"), []
    page = signed_in(chromium, live_server, "dung", problems)
    with Agent(with_agent, live_server.url) as agent:
        settings.SIGNING_AGENT_URL = agent.url
        page.goto(f"{live_server.url}/van-ban-di/{paper.pk}/xem-va-ky/")
        page.get_by_role("button", name="Duyệt và ký số").click()
        page.get_by_text("Chữ ký đã được ghép vào văn bản").wait_for()
        assert paper.subject in agent.heard.read_text()
    paper.refresh_from_db()
    assert paper.state == "signed" and problems == []


def test_a_wrong_pin_and_no_agent_are_said_and_tried_again(town, with_agent, chromium, live_server, settings):
    paper = brought(town, "format_checked")
    page = signed_in(chromium, live_server, "dung", [])
    settings.SIGNING_AGENT_URL = "http://127.0.0.1:9"
    page.goto(f"{live_server.url}/van-ban-di/{paper.pk}/xem-va-ky/")
    page.get_by_role("button", name="Duyệt và ký số").click()
    page.get_by_text("Chưa thấy chương trình ký số trên máy này").wait_for()
    paper.refresh_from_db()
    assert paper.state == "format_checked"
    with Agent(with_agent, live_server.url, pin="482915") as agent:
        settings.SIGNING_AGENT_URL = agent.url
        page.reload()
        page.get_by_text("Mã PIN không đúng").wait_for()
        agent.pin_file.write_text(agent.right_pin)
        page.get_by_role("button", name="Ký lại").click()
        page.get_by_text("Chữ ký đã được ghép vào văn bản").wait_for()
    paper.refresh_from_db()
    assert paper.state == "signed" and SigningSession.objects.count() == 1


def test_the_page_waits_for_the_telephone_and_then_says_so(town, csc, chromium, live_server, settings):
    at_service(csc, settings.SIGNING_KEY_DIR, town.thao)
    town.thao.user.set_password(PASSWORD)
    town.thao.user.save()
    paper, problems = brought(town, "format_checked", signer=town.thao), []
    page = signed_in(chromium, live_server, "thao", problems)
    page.goto(f"{live_server.url}/van-ban-di/{paper.pk}/xem-va-ky/")
    page.get_by_role("button", name="Duyệt và ký số").click()
    page.get_by_text("Đang chờ xác nhận trên điện thoại").wait_for()
    code = page.locator("#cho-ky b.nowrap").inner_text().rstrip("…")
    phone = page.context.new_page()
    phone.goto(f"{csc.url}/phone/")
    assert code in phone.content() and paper.subject in phone.content()
    phone.get_by_label("Mã PIN").fill(PHONE_PIN)
    phone.get_by_role("button", name="Đồng ý").click()
    phone.get_by_text("đã đồng ý").wait_for()
    collect_remote()
    page.get_by_text("Chữ ký đã được kiểm tra và ghép vào văn bản").wait_for()
    paper.refresh_from_db()
    assert paper.state == "signed" and problems == []


def test_the_pages_of_keys_are_accessible_and_fit_a_phone(town, csc, hsm, chromium, live_server, settings):
    seal_at_token(hsm, settings.SIGNING_KEY_DIR, town.home_affairs)
    at_service(csc, settings.SIGNING_KEY_DIR, town.dung)
    sealed, waiting = brought(town, "format_checked", signer=town.thao), brought(town, "format_checked")
    brought(town, "signed", sealed)
    problems: list[str] = []
    lan, dung = (signed_in(chromium, live_server, who, problems) for who in ("lan", "dung"))
    lan.goto(f"{live_server.url}/van-ban-di/{sealed.pk}/cap-so/")
    dung.goto(f"{live_server.url}/van-ban-di/{waiting.pk}/xem-va-ky/")
    problems += seen(dung)
    dung.get_by_role("button", name="Duyệt và ký số").click()
    dung.get_by_text("Đang chờ xác nhận trên điện thoại").wait_for()
    for page in (lan, dung):
        problems += seen(page)
    csc.press("refuse")
    collect_remote()
    dung.get_by_text("đã bị từ chối trên điện thoại").wait_for()
    problems += seen(dung)
    assert problems == []


def seen(page) -> list[str]:
    found = [
        f"{page.url}: {one['id']} {one['nodes'][0]['html'][:120]}"
        for one in Axe().run(page).response["violations"]
    ]
    page.set_viewport_size({"width": 390, "height": 844})
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append(f"{page.url}: scrolls sideways on a phone")
    page.set_viewport_size({"width": 1366, "height": 768})
    return found
