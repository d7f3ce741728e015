"""Files as strangers send them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from documents import blobs


def sent(data: bytes, name: str = "van-ban.pdf") -> dict:
    return {"file": SimpleUploadedFile(name, data, content_type="application/pdf")}


def bytes_of(paper) -> bytes:
    return blobs.read(paper.current_file().blob)
