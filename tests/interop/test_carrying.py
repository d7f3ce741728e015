"""Which package carries a paper to a recipient, when recipients join and leave while it is under way."""

import pytest
from django.db import connection

from documents.models import Delivery
from interop.carrying import carried_by


@pytest.mark.django_db
def test_a_delivery_is_found_by_its_paper_without_reading_all_packages():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")  # the tables of a test are too small for an index
    for which in ({}, {"state": "sent"}):
        plan = Delivery.objects.filter(~carried_by(**which), outgoing=1).explain()
        assert plan.count("Index Cond: (outgoing_id = documents_delivery.outgoing_id)") == 2, plan
