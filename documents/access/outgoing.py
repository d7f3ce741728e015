"""What a post may do with a paper that goes out."""

from documents.access.people import clerk, has_left, here
from documents.models import SlipPlace
from orgs.models import Role


def keeps_the_seal(post, document):
    """Number, seal, issue and whatever changes what was issued: the clerk in person. Looking after an absent clerk's
    inbox carries neither the number nor the seal (decree 30 art. 32.2: kept and pressed by the clerk himself)."""
    return clerk(post, document) and post.in_person


def edits(post, outgoing):
    return outgoing.drafter_id == post.pk


KEEPERS = (Role.CLERK, Role.OFFICE_HEAD)
_OF_A_ROOM = (Role.UNIT_HEAD, Role.OFFICER)


def edits_template(post, template):
    """Those of the whole office: its clerk and the head of its office; those of a room: who drafts there."""
    if template.organisation_id != post.organisation_id:
        return False
    if template.unit_id is None:
        return post.role in KEEPERS
    return template.unit_id == post.unit_id and post.role in (*KEEPERS, *_OF_A_ROOM)


def checks_content(post, outgoing):
    """The head of the drafting unit (decree 30 art. 12.1); the head of the office where there is no unit."""
    if not here(post, outgoing):
        return False
    unit = outgoing.drafter.unit_id
    if unit is None:
        return post.role in (Role.OFFICE_HEAD, Role.LEADER)
    return post.role == Role.UNIT_HEAD and post.unit_id == unit


def checks_format(post, outgoing):
    """The person charged with checking form (decree 30 art. 12.2)."""
    return here(post, outgoing) and post.role in (Role.CLERK, Role.OFFICE_HEAD)


def remarks(post, outgoing):
    """Whoever of the office sees a draft may say something at a place of it; it was found by what he sees."""
    return here(post, outgoing)


def signs(post, outgoing):
    """Only the named signer, in person and in office: a delegated inbox never signs, nor a post that ended."""
    return here(post, outgoing) and outgoing.signer_id == post.pk and post.in_person and not has_left(post)


def signs_beside(post, outgoing):
    """The secretary of minutes, the other party who is of this office: only who was named, in person and in office."""
    named = outgoing.secretary_post_id == post.pk and post.in_person
    return named and here(post, outgoing) and not has_left(post)


def _is_signer(post, outgoing):
    return here(post, outgoing) and outgoing.signer_id == post.pk


def _is_asked_or_signer(post, outgoing):
    """Where who was asked has left, the drafter too: the draft names another, and all of it is approved anew."""
    asks = post.pk in (outgoing.secretary_post_id, outgoing.signer_id) or (
        edits(post, outgoing) and has_left(outgoing.secretary_post)
    )
    return asks and here(post, outgoing)


_BY_STATE = {
    "in_review": checks_content,
    "content_checked": checks_format,
    "format_checked": _is_signer,
    "awaiting_secretary": _is_asked_or_signer,
    "awaiting_signature": _is_signer,
}


def sends_back(post, outgoing):
    """Whoever could take the next step may send back instead; the clerk too, when that person has left."""
    rule = _BY_STATE.get(outgoing.state)
    if rule is None:
        return False
    return rule(post, outgoing) or (checks_format(post, outgoing) and has_left(outgoing.holder))


def answers_slip(post, slip):
    """Who is in the group whose turn it is. Nobody speaks of a slip that he made or sent, by whichever inbox, his own or one
    that was lent to him."""
    asked = slip.places.filter(post=post, group=slip.turn).exclude(state=SlipPlace.State.REPLACED)
    return post.operator.pk not in slip.senders and asked.exists()


def edits_slip(post, slip):
    return edits(post, slip.outgoing)
