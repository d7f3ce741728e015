"""The public half of a certificate row, wherever its key is."""

from asn1crypto import pem, x509

from signatures.models import Certificate
from signatures.providers import Identity


def identity_of(certificate: Certificate) -> Identity:
    chain = pem.unarmor(certificate.chain.encode(), multiple=True) if certificate.chain else ()
    _, _, own = pem.unarmor(certificate.pem.encode())
    return Identity(x509.Certificate.load(own), tuple(x509.Certificate.load(der) for _, _, der in chain))
