from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "Tổ chức và con người"

    def ready(self):
        from orgs import checks, reauthentication  # noqa: F401 - is asked at the start
        from orgs.actions import law, powers
        from ui import form_words

        form_words.mend()
        powers.register_kinds()
        law.register_kinds()
