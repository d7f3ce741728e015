"""While writing is switched off, the timetable runs on and its tasks do nothing: rows wait, as for a worker that is away."""

from celery.contrib.django.task import DjangoTask

from hanoi_docs.degraded.switch import read_only

ALWAYS = {"hanoi_docs.tasks.heartbeat"}


class PausingTask(DjangoTask):
    abstract = True

    def __call__(self, *args, **kwargs):
        if self.name not in ALWAYS and read_only():
            return None
        return super().__call__(*args, **kwargs)
