"""What the porch keeps about the machine itself: recurring work that ran, and what somebody must look at."""

from django.db import models


class Run(models.Model):
    """One run of a job of the timetable, or of a command such as backup and rehearse."""

    job = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    ok = models.BooleanField()
    result = models.JSONField(default=dict)  # numbers and sentences; no content of papers

    class Meta:
        verbose_name = "lần chạy"
        indexes = [models.Index(fields=["job", "-id"], name="run_of_job")]

    def __str__(self):
        return f"{self.job} {self.started_at:%d/%m/%Y %H:%M}"


class Alarm(models.Model):
    """One trouble, however often it is seen again; closed when a later look finds it gone."""

    key = models.CharField(max_length=150)
    text = models.CharField(max_length=500)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    told_at = models.DateTimeField(null=True)  # by mail
    closed_at = models.DateTimeField(null=True)
    end_told_at = models.DateTimeField(null=True)  # that it is over, by mail

    class Meta:
        verbose_name = "cảnh báo"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(closed_at=None), name="alarm_open_once"
            )
        ]

    def __str__(self):
        return self.text


class Job(models.Model):
    """The last run of each job of the timetable; one row a job, however often it runs."""

    name = models.CharField(max_length=100, primary_key=True)  # of its function
    since = (
        models.DateTimeField()
    )  # looked after without a gap since then: before it, nobody was there to run it
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ok = models.BooleanField(default=True)
    problem = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True)  # the last time it did

    class Meta:
        verbose_name = "công việc định kỳ"

    def __str__(self):
        return self.name
