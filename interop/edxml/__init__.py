"""Codec for edXML packages of the national document exchange axis: bytes to values and back.

Needs neither Django nor a database; `python -m interop.edxml FILE` shows a package as JSON.
"""

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
from .writer import write

__all__ = [
    "STATUS_NAMES",
    "TYPE_NAMES",
    "VIETNAM",
    "Attachment",
    "BusinessType",
    "Edoc",
    "EdxmlError",
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
]
