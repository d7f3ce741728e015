"""Django's own, as the owner of the tables where MIGRATION_DATABASE_URL names one; then the application's role gets
its rights on what is there now."""

from django.conf import settings
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from hanoi_docs import roles


class Command(migrate.Command):
    def handle(self, *args, **options):
        if not settings.MIGRATION_DATABASE or options["database"] != DEFAULT_DB_ALIAS:
            return super().handle(*args, **options)
        with roles.as_owner():
            super().handle(*args, **options)
            if not options["plan"]:
                roles.grant(settings.DATABASES["default"]["USER"])
