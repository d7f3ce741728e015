"""Codec for edXML packages of the national document exchange axis: bytes to values and back.

Long attachments stay in files: `read` takes a stream, `write_to` writes one, `Attachment.content` is opened.

Needs neither Django nor a database; `python -m interop.edxml FILE` shows a package as JSON.
"""

from .content import Content, InFile
from .model import (
    VIETNAM,
    Attachment,
    BusinessType,
    Edoc,
    EdxmlError,
    Organ,
    Replacement,
    ResponseFor,
    Staff,
    Status,
    Trace,
)
from .reader import read
from .tables import STATUS_NAMES, TYPE_NAMES, document_id_for, type_detail_for
from .writer import write, write_to

__all__ = [
    "STATUS_NAMES",
    "TYPE_NAMES",
    "VIETNAM",
    "Attachment",
    "BusinessType",
    "Content",
    "Edoc",
    "EdxmlError",
    "InFile",
    "Organ",
    "Replacement",
    "ResponseFor",
    "Staff",
    "Status",
    "Trace",
    "document_id_for",
    "read",
    "type_detail_for",
    "write",
    "write_to",
]
