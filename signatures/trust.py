"""Whom we trust: the root certificates the operator keeps in one folder."""

from pathlib import Path

from django.conf import settings


def trust_roots() -> list[bytes]:
    """Root certificates in PEM. An empty folder means that nothing can be called valid."""
    return [path.read_bytes() for path in sorted(_folder().glob("root*.pem"))]


def known_authorities() -> list[bytes]:
    """Issuing authorities that may be missing from a signature."""
    return [path.read_bytes() for path in sorted(_folder().glob("ca*.pem"))]


def _folder() -> Path:
    return Path(settings.SIGNING_KEY_DIR)
