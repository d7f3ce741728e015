"""On a home screen: a manifest with icons that are there, a script that keeps one page, and that page knows nobody."""

import json
import re
from pathlib import Path

from django.conf import settings

from tests.documents.desks import at_desk, words


def test_the_manifest_names_icons_that_are_there(client, db):
    answer = client.get("/manifest.webmanifest")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/manifest+json")
    about = json.loads(answer.content)
    assert (about["start_url"], about["display"], about["lang"]) == ("/", "standalone", "vi")
    assert {one["purpose"] for one in about["icons"]} == {"any", "maskable"}
    for icon in about["icons"]:
        data = (Path(settings.BASE_DIR) / icon["src"].lstrip("/")).read_bytes()
        assert data[:4] == b"\x89PNG"
        assert f"{int.from_bytes(data[16:20])}x{int.from_bytes(data[20:24])}" == icon["sizes"]


def test_the_script_keeps_one_page_and_its_looks(client, db):
    answer = client.get("/ngoai-tuyen.js")
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    kept = json.loads(re.search(r"KEPT = (\[.*\])", answer.content.decode().replace("\\u002D", "-"))[1])
    assert kept[0] == "/ngoai-tuyen/" and all(path.startswith("/static/") for path in kept[1:])
    assert answer.content.decode().count("cache") and ".put(" not in answer.content.decode()


def test_the_page_is_the_same_for_everybody(client, office):
    own = at_desk(office.lan).get("/ngoai-tuyen/")
    assert own.content == client.get("/ngoai-tuyen/").content
    assert "Không có mạng" in words(own) and "Lan" not in words(own) and "csrf" not in own.content.decode()


def test_every_page_says_where_they_are(client, db):
    page = client.get("/dang-nhap/").content.decode()
    assert (
        '<link rel="manifest" href="/manifest.webmanifest">' in page
        and 'data-worker="/ngoai-tuyen.js"' in page
    )


def test_the_sheet_of_keys_is_a_page_for_whoever_is_signed_in(client, office):
    assert client.get("/phim-tat/").status_code == 302
    page = at_desk(office.minh).get("/phim-tat/")
    assert "Xuống một dòng" in words(page) and 'data-keys="phim-tat"' in page.content.decode()
