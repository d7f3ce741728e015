from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "Tổ chức và con người"

    def ready(self):
        from orgs import (
            checks,  # noqa: F401 - is asked at the start
            reauthentication,  # noqa: F401 - hears who signs in
            words,
        )
        from orgs.actions import powers

        words.mend()
        powers.register_kinds()
