"""The page somebody sees who opens the address in a browser."""

from html import escape

_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>CA thử nghiệm</title></head><body>
<h1>Cơ quan chứng thực thử nghiệm</h1>
<p><strong>Không có giá trị pháp lý.</strong> Chứng thư và dấu thời gian cấp ở đây chỉ để trình diễn và
thử phần mềm. Chìa khóa của cơ quan này không được bảo vệ như của một tổ chức chứng thực thật.</p>
<ul>
<li><a href="/root.crt">Chứng thư gốc</a> và <a href="/ca.crt">chứng thư của cơ quan cấp</a></li>
<li><a href="/crl/root.crl">Danh sách thu hồi của gốc</a> và
<a href="/crl/ca.crl">danh sách thu hồi của cơ quan cấp</a></li>
<li>Trạng thái chứng thư trực tuyến (OCSP): {base}/ocsp</li>
<li>Dấu thời gian (RFC 3161): {base}/tsa</li>
</ul>
<p>Đang cố ý làm hỏng để diễn tập: {faults}.</p>
</body></html>
"""


def render_page(base: str, faults: dict[str, str]) -> str:
    """The page of `GET /`: what this is, where its services answer, what is broken on purpose."""
    broken = ", ".join(f"{service} ({kind})" for service, kind in faults.items())
    return _PAGE.format(base=escape(base), faults=broken or "không có gì")
