"""Certificates of the demonstration's authority whose keys go somewhere else than into the key folder."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from signatures.models import Certificate
from simulators import pki as demo_pki


@dataclass(frozen=True)
class Held:
    """A key with its certificate, as the authority hands it out."""

    data: bytes  # PKCS#12 under demo_pki.DEMO_PASSWORD

    def __post_init__(self):
        key, leaf, chain = pkcs12.load_key_and_certificates(self.data, demo_pki.DEMO_PASSWORD.encode())
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "leaf", leaf)
        object.__setattr__(self, "chain", chain)

    def row(self, *, holder: str, key_ref: str, **owner) -> Certificate:
        """As the system knows it. With an owner (user=, organisation=) it is saved, as that owner's only one."""
        leaf: x509.Certificate = self.leaf
        pem = serialization.Encoding.PEM
        certificate = Certificate(
            subject=leaf.subject.rfc4514_string()[:300], serial=f"{leaf.serial_number:x}",
            pem=leaf.public_bytes(pem).decode(), chain="".join(one.public_bytes(pem).decode() for one in self.chain),
            valid_from=leaf.not_valid_before_utc, valid_to=leaf.not_valid_after_utc, holder=holder, key_ref=key_ref, **owner,
        )  # fmt: skip
        if owner:
            Certificate.objects.filter(**owner).delete()
            certificate.save()
        return certificate


def person(folder: Path, kind: str = "ec", name: str = "Phạm Tiến Dũng", title: str = "Giám đốc") -> Held:
    return Held(demo_pki.issue_person(folder, name, "Sở Nội vụ", title, key=kind))


def agency(folder: Path, kind: str = "ec") -> Held:
    return Held(demo_pki.issue_agency(folder, "Sở Nội vụ", "H26.TAM002", key=kind))


def at_service(csc, folder: Path, post, kind: str = "ec") -> Held:
    """That person's key lies with the remote service from now on."""
    held = person(folder, kind, str(post.user), post.title)
    csc.give(post.user.username, held, str(post.user))
    held.row(holder="remote", key_ref=post.user.username, user=post.user)
    return held


def seal_at_service(csc, folder: Path, organisation) -> Held:
    held = agency(folder)
    csc.give("con-dau", held, organisation.name)
    held.row(holder="remote", key_ref="con-dau", organisation=organisation)
    return held


def seal_at_token(hsm, folder: Path, organisation) -> Held:
    """The office's seal is in the token "vanthu" at the server."""
    held = agency(folder)
    hsm.token("vanthu")
    hsm.put("vanthu", "dau", held)
    held.row(holder="token", key_ref="vanthu/dau", organisation=organisation)
    return held
