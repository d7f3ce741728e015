from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Văn bản"

    def ready(self):
        from documents import accesses  # noqa: F401 - its receivers are registered by being read
        from documents.actions.work import due_rules

        due_rules.register_kinds()
