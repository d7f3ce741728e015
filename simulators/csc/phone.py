"""The page that stands for the person's phone: what is asked, how many signatures, agree or refuse."""

import time
from html import escape

from simulators.csc.store import Request, Store

STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:30rem;margin:0 auto;padding:1rem}
article{border:1px solid #8888;border-radius:.75rem;padding:1rem;margin:1rem 0}
dt{font-size:.85rem;opacity:.75}dd{margin:0 0 .5rem;overflow-wrap:anywhere}
input,button{font:inherit;min-height:2.75rem;border-radius:.5rem;border:1px solid #8888;padding:0 .75rem}
input{width:100%;box-sizing:border-box;margin:.25rem 0 .75rem}
button{width:48%}.agree{background:#0a6b3d;color:#fff;border-color:#0a6b3d}
.said{border-left:4px solid #b3261e;padding-left:.75rem}
"""
_SHOWN = 20


def render(store: Store, said: str = "") -> str:
    """Open requests, oldest first, and what became of the last ones. Refreshes itself."""
    owners = {one: store.credential(one).owner for one in store.credential_ids()}
    requests = store.requests()
    waiting = [one for one in requests if one.state == "open" and not one.over]
    ended = [one for one in requests if one not in waiting][: -_SHOWN - 1 : -1]
    asked = "".join(_asked(one, owners.get(one.credential, "")) for one in waiting)
    done = "".join(
        f"<li>{escape(one.description)}: {'hết thời gian chờ' if one.over else _WORDS[one.state]}</li>"
        for one in ended
    )
    return (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Điện thoại ký số</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        + ("" if waiting else '<meta http-equiv="refresh" content="3">')
        + '<link rel="stylesheet" href="/phone/style.css"><h1>Điện thoại ký số</h1>'
        "<p>Trang này thay cho điện thoại của người ký trong bản thử nghiệm.</p>"
        + (f'<p class="said" role="alert">{escape(said)}</p>' if said else "")
        + (asked or "<p>Không có yêu cầu nào đang chờ.</p>")
        + (f"<h2>Đã xong</h2><ul>{done}</ul>" if done else "")
        + "</html>"
    )


_WORDS = {"agreed": "đã đồng ý", "refused": "đã từ chối", "locked": "không ký được, chữ ký số đã bị khóa"}


def _asked(request: Request, owner: str) -> str:
    left = max(0, int(request.expires - time.time()))
    digests = ", ".join(one[:12] + "…" for one in request.digests[:5])
    return (
        f"<article><h2>{escape(request.description)}</h2><dl>"
        f"<dt>Người ký</dt><dd>{escape(owner)}</dd><dt>Số chữ ký</dt><dd>{len(request.digests)}</dd>"
        f"<dt>Mã đối chiếu</dt><dd>{escape(digests)}</dd><dt>Còn</dt><dd>{left} giây</dd></dl>"
        f'<form method="post" action="/phone/answer"><input type="hidden" name="handle" value="{request.handle}">'
        f'<label>Mã PIN <input type="password" name="pin" inputmode="numeric" autocomplete="off"></label>'
        f'<button name="word" value="agree" class="agree">Đồng ý</button> <button name="word" value="refuse">Từ chối</button>'
        "</form></article>"
    )
