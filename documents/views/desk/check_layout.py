"""The tool of whoever writes: any PDF or .docx held against decree 30. Nothing of the file stays here."""

import base64

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from documents.layout.checker import check
from documents.pdf import PdfError, inspect, page_image
from documents.uploads import only_looked_at
from documents.views.shared.acting import no_post, sent
from documents.views.shared.findings import shown

_SECRET = "Tệp có dấu chỉ độ mật. Văn bản mật không được đưa vào hệ thống, cũng không kiểm tra ở đây."
_MOST_SHOWN = 6  # pages with marks; the list names the others
_WIDTH, _HEIGHT = 800, 1131  # pixels of an A4 page


class CheckForm(forms.Form):
    file = forms.FileField(
        label="Tệp PDF hoặc Word (.docx)",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx", "data-filename": ""}),
        error_messages={"required": "Hãy chọn một tệp PDF hoặc Word (.docx)."},
    )

    def clean_file(self) -> dict:
        """What is found. Raises ValidationError in the words of who reads the file."""
        upload = self.cleaned_data["file"]
        data = only_looked_at(upload)
        try:
            if data.startswith(b"%PDF-") and inspect(data).marks:
                raise ValidationError(_SECRET)
            report = check(data, foreign=True)
        except PdfError as error:
            raise ValidationError(str(error)) from error
        if any(one.rule == "M03" for one in report.findings):
            raise ValidationError(_SECRET)
        pages = [{"number": number, "width": _WIDTH, "height": _HEIGHT} for number in range(1, len(report.sizes) + 1)]  # fmt: skip
        found = shown(report, [], pages if data.startswith(b"%PDF-") else [])
        return {"name": upload.name, "check": found, "pages": _drawn(data, pages), "state": report.state}


def _drawn(pdf: bytes, pages: list[dict]) -> list[dict]:
    """The first pages on which something is marked. Their pictures are in the answer itself: there is nowhere to ask for
    them again."""
    marked = [page for page in pages if "marks" in page][:_MOST_SHOWN]
    for page in marked:
        picture = base64.b64encode(page_image(pdf, page["number"], _WIDTH)).decode()
        page["url"] = f"data:image/png;base64,{picture}"
    return marked


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"img-src": ["data:"]})
def check_layout(request):
    if request.post is None:
        return no_post(request)
    form = CheckForm(sent(request), request.FILES if request.method == "POST" else None)
    found = form.cleaned_data["file"] if request.method == "POST" and form.is_valid() else None
    limit = f"Tối đa {settings.MAX_FILE_BYTES // 1024 // 1024} MB. Tệp chỉ được đọc, không được lưu lại."
    context = {"form": form, "found": found, "limit": limit}
    status = 422 if form.errors else 200
    response = render(request, "documents/desk/check_layout.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
