"""Certificates, signatures and what vouches for them. Private keys and PINs are never here."""

from .anchor import Anchor, AnchoredHead, AnchorStamp
from .batch import Batch, BatchItem
from .certificate import Certificate, SignatureImage, TrustedAuthority
from .proof import Proof, PublicCode
from .session import SessionPart, SigningSession
from .signature import Signature

__all__ = [
    "Anchor",
    "AnchorStamp",
    "AnchoredHead",
    "Batch",
    "BatchItem",
    "Certificate",
    "Proof",
    "PublicCode",
    "SessionPart",
    "Signature",
    "SignatureImage",
    "SigningSession",
    "TrustedAuthority",
]
