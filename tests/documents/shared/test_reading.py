"""Opening a paper is what marks it as seen; asking about it, or fetching it ahead, is not."""

from tests.documents.desks import at_desk, directed, task_of


def test_only_a_look_counts_as_seen(office):
    paper = directed(office, info=[office.hoa])
    client, url = at_desk(office.hoa), paper.get_absolute_url()
    assert client.head(url).status_code == 200
    assert client.get(url, headers={"sec-purpose": "prefetch;prerender"}).status_code == 200
    assert task_of(paper, office.hoa).state == "new"
    client.get(url)
    assert task_of(paper, office.hoa).state == "done"
