"""Pages go out compressed, with or without a front server; nothing else is touched, and a secret shown once is not."""

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from tests.documents.desks import at_desk, directed

GZIP = {"accept-encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("url", ["/van-ban-den/?box=all", "/tim/?q=bao cao", "/"])
def test_a_page_is_compressed_for_whoever_takes_it(office, url):
    for number in range(60):
        office.paper(number=str(number))
    client = at_desk(office.lan)
    plain, packed = client.get(url), client.get(url, headers=GZIP)
    assert "Content-Encoding" not in plain and "Accept-Encoding" in plain["Vary"]
    assert packed["Content-Encoding"] == "gzip" and packed["Content-Length"] == str(len(packed.content))
    said = gzip.decompress(packed.content).decode()
    assert "Văn bản đến" in said and len(packed.content) < 30_000 and len(packed.content) < len(said) / 2


def test_the_length_tells_less_than_it_could(office):
    """BREACH: the same page is of another length each time, and its token is masked anew."""
    client = at_desk(office.lan)
    pages = [client.get("/", headers=GZIP).content for _ in range(12)]
    assert len({len(page) for page in pages}) > 3
    assert len({gzip.decompress(page).partition(b"csrfmiddlewaretoken")[2][:90] for page in pages}) == 12


def test_files_and_what_is_shown_once_go_out_as_they_are(office):
    paper = directed(office)
    file = paper.files.get()
    answer = at_desk(office.lan).get(reverse("file", args=[file.pk]), headers=GZIP)
    assert answer.status_code == 200 and "Content-Encoding" not in answer
    sign_in = Client().get(reverse("login"), headers=GZIP)
    assert "no-store" in sign_in["Cache-Control"] and "Content-Encoding" not in sign_in
