from django.core.management.base import BaseCommand

from hanoi_docs.demo.cast import PASSWORD, PEOPLE, organisations


class Command(BaseCommand):
    help = "Prints who can log in to the demonstration."

    def handle(self, *args, **options):
        orgs = organisations()
        for login, name, key, _, title, unit, _ in PEOPLE:
            self.stdout.write(
                f"  {login:<8} {name:<20} {title}{', ' + unit if unit else ''} – {orgs[key].full_name}"
            )
        self.stdout.write(f"Mật khẩu chung: {PASSWORD}")
