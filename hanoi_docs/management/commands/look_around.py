from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hanoi_docs.models import Alarm
from hanoi_docs.watch import mail, rules


class Command(BaseCommand):
    help = "Asks the rules, mails what is new and prints the open alarms; fails when there are any. For a cron of its own."

    def handle(self, **options):
        at = timezone.now()
        rules.look(at)
        mail.tell(at)
        found = list(Alarm.objects.filter(closed_at=None).order_by("first_at").values_list("text", flat=True))
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Không có cảnh báo nào đang mở.")
