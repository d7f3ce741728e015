from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "Tổ chức và con người"

    def ready(self):
        from orgs import words

        words.mend()
        from orgs import checks, reauthentication  # noqa: F401 - is asked at the start, hears who signs in
