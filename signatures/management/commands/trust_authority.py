from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from signatures import trust
from signatures.models import TrustedAuthority


class Command(BaseCommand):
    help = "Trusts a certification authority (PEM or DER file), for the first start; later on the operator's page."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=TrustedAuthority.Kind.values, default="")
        parser.add_argument("--reason", default="Khởi tạo hệ thống")

    def handle(self, *args, file: Path, kind: str, reason: str, **options):
        try:
            row = trust.trust(file.read_bytes(), reason=reason, by=None, at=timezone.now(), kind=kind)
        except (OSError, trust.NotAnAuthority) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{row.get_kind_display()}: {row.name}, SHA-256 {row.fingerprint}")
