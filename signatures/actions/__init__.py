"""Signing, sealing and checking as acts of the office."""

from .checking import check
from .papers import number_seal_issue, seal, sign

__all__ = ["check", "number_seal_issue", "seal", "sign"]
