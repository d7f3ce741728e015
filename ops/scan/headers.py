"""The headers and cookies of every kind of answer, as a server with TLS in front of it sends them."""

import http.cookies
import re
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message

from ops.scan.findings import Finding
from ops.scan.stage import ROOT, Stage

LOGIN = "/dang-nhap/"
WHO, PASSWORD = "lan", "hanoi"  # of the cast (hanoi_docs/demo/cast.py)
# Of a page for everybody, of nothing, of a page for one person, of a file that everybody gets.
STRANGERS = (LOGIN, "/khong-co-trang-nay/", "/kiem-tra-chu-ky/", "/healthz", "/van-ban-den/")
PRIVATE = ("/", "/van-ban-den/", "/van-ban-di/", "/tim/?q=b", "/uy-quyen/")
_ALWAYS = {
    "X-Content-Type-Options": r"nosniff",
    "Referrer-Policy": r"same-origin|no-referrer|strict-origin(-when-cross-origin)?",
    "X-Frame-Options": r"DENY",
    "Strict-Transport-Security": r"max-age=(3[1-9]\d{6}|[4-9]\d{7}|\d{9,}).*includeSubDomains.*",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Cross-Origin-Resource-Policy": r"same-origin",
    "Permissions-Policy": r".*camera=\(\).*",
    "Content-Security-Policy": r"(?!.*unsafe-)(?!.*\*)(?=.*default-src 'none')(?=.*frame-ancestors 'none').*",
}
_TELLS = re.compile(r"\d")  # a version


def look(stage: Stage) -> list[Finding]:
    base = stage.secure
    found, jar = [], http.cookies.SimpleCookie()
    for path in STRANGERS:
        found += _judge(path, _ask(base, path, jar), private=False)
    found += _judge(_static(), _ask(base, _static(), jar), private=False)
    answer = sign_in(base, WHO, jar)
    found += _judge(f"POST {LOGIN}", answer, private=False) + _cookies(jar)
    for path in PRIVATE:
        status, headers, text = _ask(base, path, jar)
        if status != 200:
            raise SystemExit(f"headers: {path} answers {status}")
        found += _judge(path, (status, headers, text), private=True)
        mark = re.search(r'href="(/tep/\d+/|/van-ban-den/\d+/)"', text)
        if mark:
            found += _judge(re.sub(r"\d+", "N", mark[1]), _ask(base, mark[1], jar), private=True)
    found += (
        [Finding("headers", "trace", "TRACE /", "answered")]
        if _ask(base, "/", jar, method="TRACE")[0] < 400
        else []
    )
    return list(dict.fromkeys(found))


def sign_in(base: str, who: str, jar: http.cookies.SimpleCookie) -> tuple[int, Message, str]:
    """One of the cast, whose cookies are in `jar` then."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', _ask(base, LOGIN, jar)[2])[1]
    form = urllib.parse.urlencode({"username": who, "password": PASSWORD, "csrfmiddlewaretoken": token})
    answer = _ask(base, LOGIN, jar, form.encode())
    if "sessionid" not in "".join(jar) or not signed_in(base, jar):
        raise SystemExit(f"{who} could not sign in ({answer[0]})")
    return answer


def signed_in(base: str, jar: http.cookies.SimpleCookie) -> bool:
    return _ask(base, PRIVATE[0], jar)[0] == 200


def _static() -> str:
    return "/static/" + next((ROOT / "static/css").glob("*.css")).relative_to(ROOT / "static").as_posix()


def _judge(path: str, answer: tuple[int, Message, str], *, private: bool) -> list[Finding]:
    status, headers, _ = answer
    where = f"{path} ({status})"
    found = [
        Finding("headers", name, where, f"is “{headers.get(name, '')}”")
        for name, wanted in _ALWAYS.items()
        if not re.fullmatch(wanted, headers.get(name, ""))
    ]
    kept = headers.get("Cache-Control", "")
    if private and not ("private" in kept and re.search(r"no-store|no-cache|max-age", kept)):
        found.append(Finding("headers", "Cache-Control", where, f"is “{kept}”"))
    if private and "public" in kept:
        found.append(Finding("headers", "Cache-Control", where, f"is “{kept}”"))
    if headers.get("Access-Control-Allow-Origin"):
        found.append(
            Finding("headers", "Access-Control-Allow-Origin", where, headers["Access-Control-Allow-Origin"])
        )
    for name in ("Server", "X-Powered-By", "Via"):
        if _TELLS.search(headers.get(name, "")):
            found.append(Finding("headers", name, where, f"tells “{headers[name]}”"))
    if headers.get("Content-Type", "").startswith("text/") and "charset=utf-8" not in headers[
        "Content-Type"
    ].lower().replace('"', ""):
        found.append(Finding("headers", "Content-Type", where, headers["Content-Type"]))
    return found


def _cookies(jar: http.cookies.SimpleCookie) -> list[Finding]:
    found = []
    for name, one in jar.items():
        for what, good in (
            ("Secure", one["secure"]), ("SameSite", one["samesite"] in ("Lax", "Strict")), ("Path", one["path"] == "/"),
            ("HttpOnly", one["httponly"]), ("__Host-", name.startswith("__Host-")),
        ):  # fmt: skip
            if not good:
                found.append(Finding("headers", f"cookie-{what}", name, "is not set"))
    return found


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _ask(
    base: str, path: str, jar, data: bytes | None = None, method: str | None = None
) -> tuple[int, Message, str]:
    sent = {
        "X-Forwarded-Proto": "https",
        "Cookie": "; ".join(f"{name}={one.value}" for name, one in jar.items()),
    }
    sent["Referer"] = base.replace("http:", "https:") + "/"
    asked = urllib.request.Request(base + path, data=data, headers=sent, method=method)
    try:
        answer = urllib.request.build_opener(_Stays).open(asked, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        for line in answer.headers.get_all("Set-Cookie", []):
            jar.load(line)
        return answer.status, answer.headers, answer.read().decode("utf-8", errors="replace")
