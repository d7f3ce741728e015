"""`manage.py muted_rules`: how often people have called a finding of the layout checker no fault (docs/layout-checker.md)."""

from django.core.management.base import BaseCommand
from django.db.models import Count

from documents.models import MutedRule


class Command(BaseCommand):
    help = "By rule of decree 30's layout: on how many papers, of how many offices, its finding stands as no fault."

    def handle(self, *args, **options):
        rows = MutedRule.objects.filter(lifted_at=None).order_by("rule").values("rule")
        for row in rows.annotate(papers=Count("document"), offices=Count("organisation", distinct=True)):
            self.stdout.write(f"{row['rule']}: {row['papers']} văn bản, {row['offices']} cơ quan")
