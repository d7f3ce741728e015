"""Signing, sealing and checking as acts of the office."""

from .checking import check
from .copies import certify_copy
from .papers import number_seal_issue, seal, sign

__all__ = ["certify_copy", "check", "number_seal_issue", "seal", "sign"]
