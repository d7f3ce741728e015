"""Signing, sealing and checking as acts of the office."""

from .checking import check, check_attachments, recheck, recheck_unknown
from .issuing import number_seal_issue
from .papers import seal, sign

__all__ = ["check", "check_attachments", "number_seal_issue", "recheck", "recheck_unknown", "seal", "sign"]
