"""Signing, sealing and checking as acts of the office."""

from .checking import check, check_attachments, recheck, recheck_unknown
from .copies import certify_copy
from .issuing import number_seal_issue
from .papers import seal, sign
from .secretary import sign_secretary

__all__ = [
    "certify_copy",
    "check",
    "check_attachments",
    "number_seal_issue",
    "recheck",
    "recheck_unknown",
    "seal",
    "sign",
    "sign_secretary",
]
