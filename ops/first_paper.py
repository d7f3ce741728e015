"""The browser's part of ops/first_paper.sh: one operator proposes a clerk, another confirms, the clerk registers a paper.

python ops/first_paper.py https://localhost:8443 LOGIN ONE-TIME-PASSWORD SECOND-LOGIN ONE-TIME-PASSWORD
"""

import html
import io
import re
import sys
import time
from datetime import date

import pikepdf
import requests

ADDRESS = sys.argv[1]


class Person:
    """A session of a browser; forms are sent with the token of the page they stand on."""

    def __init__(self) -> None:
        self.line = requests.Session()

    def get(self, path: str) -> str:
        answer = self.line.get(ADDRESS + path, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def send(self, path: str, files: dict | None = None, page: str = "", **fields: str) -> requests.Response:
        """`page`: where the form stands, when it is sent elsewhere."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page or path))[1]
        form = {"csrfmiddlewaretoken": token, **fields}
        answer = self.line.post(
            ADDRESS + path, data=form, files=files, headers={"Referer": ADDRESS + path}, timeout=60
        )
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer

    def sign_in(self, login: str, given: str, own: str) -> None:
        """With the password that was handed over; the only page it opens is the one that changes it."""
        where = self.send("/dang-nhap/", username=login, password=given)
        assert where.url.endswith("/doi-mat-khau/"), where.url
        where = self.send("/doi-mat-khau/", old_password=given, new_password1=own, new_password2=own)
        assert where.url == f"{ADDRESS}/", (where.url, _problems(where.text))


def wait_until_well() -> dict:
    """All parts answer, also the worker, which beat wakes within ten seconds."""
    deadline = time.monotonic() + 90
    while True:
        try:
            answer = requests.get(f"{ADDRESS}/healthz", timeout=10)
            if answer.status_code == 200:
                return answer.json()
            told = answer.text
        except requests.RequestException as error:
            told = str(error)
        assert time.monotonic() < deadline, told
        time.sleep(0.5)


def tiny_pdf() -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(out)
    return out.getvalue()


def _problems(page: str) -> list[str]:
    return re.findall(r'class="alert tone-bad[^>]*>(.*?)</', page, re.S)


def shown(page: str) -> str:
    """The one thing that a page shows to be copied."""
    found = re.search(r"<code>([^<]+)</code>", page)
    assert found, _problems(page)
    return html.unescape(found[1])


def main(login: str, password: str, other_login: str, other_password: str) -> None:
    print(f"/healthz: {wait_until_well()}")
    operator = Person()
    operator.sign_in(login, password, "một câu dài chỉ tôi biết 1")
    print(f"{login} has signed in and changed the password.")
    office = re.search(r'href="/to-chuc/(\d+)/"[^>]*>\s*Sở Nội vụ', operator.get("/to-chuc/?q=so+noi+vu"))[1]
    proposed = operator.send(
        f"/quan-tri/nguoi-dung/them/?co-quan={office}", username="vanthu", full_name="Nguyễn Thị Lan", role="clerk",
        title="Văn thư", on=date.today().isoformat(),
    )  # fmt: skip
    path = proposed.url.removeprefix(ADDRESS)
    assert re.fullmatch(r"/quan-tri/de-nghi/\d+/", path), (path, _problems(proposed.text))
    other = Person()
    other.sign_in(other_login, other_password, "câu của người thứ hai 3")
    second = shown(other.send(f"{path}xac-nhan/", page=path).text)
    first = shown(operator.get(f"{path}mat-khau/"))
    print(f"{login} has proposed a clerk of Sở Nội vụ, {other_login} has confirmed.")
    clerk = Person()
    clerk.sign_in("vanthu", f"{first}-{second}", "một câu khác chỉ tôi biết 2")
    paper = clerk.send(
        "/van-ban-den/vao-so/", files={"file": ("ban-quet.pdf", tiny_pdf(), "application/pdf")}, kind="CV", number="15",
        notation="BNV-VP", issued_on=date.today().isoformat(), issuer_name="Bộ Nội vụ",
        subject="Về việc cung cấp số liệu", signer_name="Trần Văn A", signer_title="Thứ trưởng", urgency="1",
        not_secret="on",
    )  # fmt: skip
    assert re.fullmatch(rf"{re.escape(ADDRESS)}/van-ban-den/\d+/", paper.url), _problems(paper.text)
    assert "15/BNV-VP" in paper.text and "Về việc cung cấp số liệu" in paper.text
    print(f"The clerk has registered the first paper: {paper.url}")


if __name__ == "__main__":
    main(*sys.argv[2:])
