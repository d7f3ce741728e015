import datetime as dt

import pytest

from orgs.loading import load


@pytest.fixture
def registry(db):
    return load(samples=True, on=dt.date(2026, 11, 20))


@pytest.fixture
def sign_in(client):
    """Signs the holder of a post in and acts as that post."""

    def as_(post):
        client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["post"] = post.pk
        session.save()
        return client

    return as_
