"""A statement that is ready gives what the query set gives, whoever asks and for whatever values."""

import datetime as dt

from django.db import connection
from django.http import Http404
from django.utils import timezone

from documents.access import incoming_for
from documents.models import Event, Incoming
from orgs.access import posts_of
from orgs.models import Delegation, Post
from tests.documents.desks import directed, task_of
from ui.ready import Ready


def test_objects_come_with_what_the_query_set_joins(office, django_assert_num_queries):
    ready = Ready(lambda pk: Post.objects.filter(pk=pk).with_names())
    for post in (office.minh, office.lan, office.minh):
        (plain,) = Post.objects.filter(pk=post.pk).with_names()
        with django_assert_num_queries(1):
            (found,) = ready.objects(post.pk)
            names = (found.user.full_name, found.organisation.former_names, found.unit)
        assert found == plain and found.__dict__.keys() == plain.__dict__.keys()
        assert names == (plain.user.full_name, plain.organisation.former_names, plain.unit)
        assert not found._state.adding and found._state.db == plain._state.db


def test_values_go_to_their_own_places(office):
    ready = Ready(
        lambda day, user, title: Post.objects.filter(valid_from__lte=day, user=user, title=title).values_list(
            "pk", "title"
        )
    )
    today, minh = timezone.localdate(), office.minh
    assert ready.rows(today, minh.user_id, minh.title) == [(minh.pk, minh.title)]
    assert ready.rows(dt.date(1999, 1, 1), minh.user_id, minh.title) == []
    assert ready.rows(today, office.lan.user_id, minh.title) == []
    assert ready.rows(today, minh.user_id, "'; DROP TABLE orgs_post; --") == []


def test_a_statement_that_the_server_keeps_planned_still_takes_each_value(office):
    """Planned for good after the fifth time: whoever asks then, and whatever changed meanwhile."""
    ready = Ready(lambda pk: Post.objects.filter(pk=pk).values_list("title"))
    for _ in range(8):
        for post in (office.minh, office.lan, office.dung):
            assert ready.rows(post.pk) == [(post.title,)]
    Post.objects.filter(pk=office.minh.pk).update(title="Chuyên viên chính")
    assert ready.rows(office.minh.pk) == [("Chuyên viên chính",)] and ready.rows(0) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%orgs_post%'")
        assert cursor.fetchone()[0] > 0


def test_json_is_read(office):
    directed(office)
    ready = Ready(lambda kind: Event.objects.filter(kind=kind).values_list("payload", "kind"))
    assert [row[0]["text"] for row in ready.rows("direct")] == ["Chủ trì tham mưu."]


def test_an_annotation_comes_with_the_paper(office):
    paper = directed(office)
    plain = Incoming.objects.for_list().visible_to(office.minh).get(pk=paper.pk)
    found = incoming_for(office.minh, paper.pk)
    assert found == plain and found.asked is plain.asked is None
    assert found.arrived_at == plain.arrived_at and found.signature_report == plain.signature_report
    assert found.holder == plain.holder


def test_posts_that_are_lent_come_and_go_by_the_day(office):
    today = timezone.localdate()
    lent = Delegation.objects.create(post=office.lan, to=office.minh.user, valid_from=today, valid_to=today)
    assert posts_of(office.minh.user, today) == [office.minh, office.lan]
    assert [post.in_person for post in posts_of(office.minh.user, today)] == [True, False]
    assert posts_of(office.minh.user, today + dt.timedelta(days=1)) == [office.minh]
    lent.cancelled_at = timezone.now()
    lent.save()
    assert posts_of(office.minh.user, today) == [office.minh]


def test_a_paper_is_reached_by_the_kind_of_post_that_asks(office):
    """The same statement serves all posts of a kind, another serves another kind; each asks with its own keys."""
    paper, other = directed(office, number="1"), directed(office, number="2", lead=office.hoa)
    assert incoming_for(office.minh, paper.pk) == paper and task_of(paper, office.minh)
    for post, pk, found in (
        (office.minh, other.pk, False), (office.hoa, paper.pk, True), (office.hoa, other.pk, True),
        (office.dung, other.pk, True), (office.lan, paper.pk, True), (office.khach, paper.pk, False),
        (office.tu, paper.pk, False),
    ):  # fmt: skip
        assert reached(post, pk) is found, (post, pk)


def reached(post, pk) -> bool:
    try:
        return incoming_for(post, pk).pk == pk
    except Http404:
        return False
