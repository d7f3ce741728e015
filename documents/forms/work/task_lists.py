"""A list of tasks by file: chosen, looked at, confirmed."""

import secrets
from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing

from documents.actions.work.sheets import MAX_BYTES, NotASheet, Row, Sheet, read
from orgs.models import Post

SALT = "documents.task-list"
KEPT_FOR = 60 * 60 * 12  # seconds: a working day


class TaskFileForm(forms.Form):
    file = forms.FileField(
        label="Tệp danh sách (.xlsx, hoặc CSV mã hóa UTF-8)", help_text="Tối đa 2 MB, 500 dòng."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if file := data.get("file"):
            try:
                data["sheet"] = self._read(file)
            except NotASheet as error:
                self.add_error("file", str(error))
        return data

    def _read(self, file) -> Sheet:
        if file.size > MAX_BYTES:
            raise NotASheet("Tệp quá lớn (tối đa 2 MB). Hãy chia thành nhiều tệp.")
        return read(file.name, file.read())


def kept(rows: list[Row], post: Post) -> str:
    """What was looked at, for the press that confirms it, once; worth nothing to another post."""
    about = {"post": post.pk, "once": secrets.token_hex(16), "rows": [asdict(row) for row in rows]}
    return signing.dumps(about, salt=SALT, compress=True)


def looked_at(token: str, post: Post) -> tuple[str, list[Row]] | None:
    """Under what it is taken once, and the rows behind it; None when it is forged, old or another's."""
    try:
        about = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    return (about["once"], [Row(**row) for row in about["rows"]]) if about["post"] == post.pk else None
