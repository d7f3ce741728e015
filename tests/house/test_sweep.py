"""Every address × every role × every thing that is somebody else's, read and written with a valid token.

No list of rights stands here. What one may not see answers as what does not exist, byte for byte; the word that is planted
in everything the office keeps is never read; no row of any table changes. The addresses come from the resolver, the roles
from the model and the names of values from the code, so that whatever is added is swept by itself.
"""

import logging

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.http import urlencode

from documents.models import Outgoing
from orgs.models import Post, Role, Unit
from signatures.public import code_for
from tests.house.sweeping import (
    NOBODYS,
    NUMBERS,
    Sweep,
    address,
    alike,
    bodies,
    form,
    names_read,
    nothing_changes,
    plant,
    without_numbers,
)
from tests.house.test_urls import BEHIND, FOR_A_ROLE, NO_ACCOUNT, OPEN, _printable, named

# What one proposes another confirms: the operator, and the office's own administrator (tests/orgs/test_confirm.py).
PROPOSALS = {
    "proposal", "proposal_confirm", "proposal_emergency", "proposal_refuse", "proposal_withdraw", "proposal_half",
    "proposed_seal",
}  # fmt: skip
# An operator's desk, of all offices: accounts, certificates, authorities, the exchange. He may press there, so it is only
# looked at: of papers nothing is to be read.
OPERATES = FOR_A_ROLE | PROPOSALS | {
    "certificate", "certificate_retire", "certificate_check", "trusted_authority_end", "authority_end",
    "exchange_package", "exchange_package_out", "exchange_raw", "exchange_raw_out", "exchange_close",
    "exchange_open_again",
}  # fmt: skip
# Files that were handed in, who reads them, and those whose time is over: to the archivist, whoever built them.
HANDED = {
    "case_accept", "case_return", "case_check", "transfer", "transfer_minutes", "transfer_cancel", "transfer_sign", "transfer_file",
    "transfer_undo", "disposal", "disposal_council", "disposal_vote", "disposal_conclude", "disposal_decide", "disposal_carry_out",
    "disposal_give_up", "disposal_print", "case_aip", "case_sip", "received_package", "received_file", "archive_answer", "archive_answer_file", "loan", "loan_allow", "loan_refuse",
    "loan_end",
}  # fmt: skip
RAW = {
    "proposed_seal"
} | HANDED  # a picture that must be seen before it is confirmed; what is one's own to read
# Who may sign what is known in the office, and on its page, and the list of its files is sent to every unit; strangers do
# not learn even that (404).
KNOWN_INSIDE = {"authority_end", "file_plan", "plan_add", "plan_import", "plan_issue", "plan_entry"}
# Names that everybody of an office may read: of its list of files, of its boards, of its templates on the form of a draft,
# of the files that its archive lends, what the archive announces; and lists of what is handed to it, kept from it, or over.
WHOLE_OFFICE = frozenset({
    "archive_catalogue", "received_packages", "sent_packages", "loan_ask", "collection_plans", "transfers", "kept_longer", "review_list", "disposals", "file_plan", "plan_entry",
    "numbers_board", "numbers_boards", "draft", "due_rules", "due_rule_end",
})  # fmt: skip
# The desk of an office's own administrator.
ADMINISTERS = (
    FOR_A_ROLE
    | PROPOSALS
    | KNOWN_INSIDE
    | {
        "numbers_board",
        "due_rule_end",
        "own_field_end",
        "certificate",
        "certificate_retire",
        "certificate_check",
        "support_done",
    }
)
# Pressed without a number, and of the asker's own rows or own office alone (tests/progress, tests/orgs/test_notices.py,
# tests/documents/work/test_results.py, tests/documents/lists/test_choices.py,
# tests/documents/shared/test_unsent.py, tests/casefiles).
OF_ONES_OWN = {
    "notices_seen",
    "office_rules",
    "closing_day",
    "notice_choices",
    "office_notice_choices",
    "list_choices",
    "unsent",
    "calendar_renew",
    "calendar_end",
    "support",
    "hint_close",
    "book_make",
    "template_add",
    "numbers_series",  # the administrator of the office says which series it has
    "numbers_boards",
    "due_rules",  # and the rules of its deadlines
    "own_fields",  # and the further fields of its papers
    "case_open",
    "case_on_paper",
    "case_rules",
    "disposal_list",
    "loan_ask",
    "file_plans",
    "transfer_open",
    "collection_plans",
    "secret_count",
    "give_to_offices",  # a leader of the city gives work to the offices below
}
CLOSED = {302, 403, 404, 405}
# Names of values that are no number of a thing: words, days, choices, hashes.
FREE = {
    "_auth_user_id", "address", "authorization_response_iss_parameter_supported", "begun", "device", "iss", "seen",
    "session", "xem", "looked", "is_suggestion", "proposal",
    "q", "where", "order", "nhom", "next", "username", "password", "old_password", "digest", "decision", "trang", "show",
    "class", "direction", "box", "tim", "sha256", "tab", "q_recipients", "add_group_choice", "text", "phrase", "due_in",
    "due_on", "later_ok", "pull_in", "kind", "attachments", "kept_attachment", "marks_ok", "kind_name", "issued_on", "file",
    "kept_file", "closed", "list", "problem", "number", "notation", "issuer_name", "duplicate_ok", "pin", "reason", "ma",
    "back", "head_approves", "extension_limit", "den", "percent", "issuer_outside", "odd_ok", "odd_seen", "proposed", "as", "by", "day",
    "meeting", "met_on", "more", "period", "row", "from", "to", "newer", "older", "quiet_from", "quiet_to", "ten", "muc", "year", "name", "form", "fields", "hint", "report", "every", "figure", "opened", "there",
    "gap_name", "gap_value", "ban", "owner", "on_paper", "paper_step", "term", "title",
    "values", "count", "purpose", "since", "early", "places", "arrived_on", "made_on", "of", "choices", "required",
    "mend", "mute", "unmute", "book", "series", "first", "last", "volume", "recipient",
    "body", "line", "new", "move", "window",
    "answer", "drop", "month", "must_file", "deputy_title", "quarter", "code", "flavour", "paper_code", "agreement", "package", "until", "basis", "boxes", "paper_files", "metres", "condition", "things", "step", "again", "settled_on", "pasted", "sheet",
}  # fmt: skip


@pytest.fixture
def things(office, settings):
    """Everything of test_urls, ripe for its step, in one office: the name of the address → its values."""
    # Half a confirmation is to be had only while the office has nobody who confirms, and others bring somebody.
    makers = sorted(dict.fromkeys(BEHIND.values()), key=lambda make: make is not BEHIND["proposal_half"])
    once = {make: make(office) for make in makers}
    made = {name: once[make] for name, make in BEHIND.items()}
    issued = Outgoing.objects.get(pk=_printable(office)["pk"])
    made |= {
        "public_paper": {"code": code_for(issued, timezone.now())},
        "public_figures": {"code": office.home_affairs.code},
        "organisation": {"pk": office.home_affairs.pk},
    }
    plant()
    without_numbers(settings)
    logging.disable(logging.CRITICAL)
    yield made
    logging.disable(logging.NOTSET)


def _post(office, username, organisation, role, **fields) -> Post:
    return office.post(username, f"Người {username}", organisation, role, role.label, **fields)


def _strangers(office):
    """Every role at another office, who stands above it, the operator, and nobody at all."""
    for role in Role:
        post = office.khach if role == Role.CLERK else _post(office, f"la-{role.value}", office.justice, role)
        yield f"{role.value} of another office", post, OPERATES if role == Role.SYS_ADMIN else set()
    yield "leader of the city", _post(office, "khanh", office.city, Role.LEADER), set()
    yield "clerk of the city", office.tu, set()
    yield "nobody", None, set()


def _insiders(office):
    """Of the same office, and not asked: another unit, the archive, the administrator."""
    other = Unit.objects.create(organisation=office.home_affairs, name="Phòng khác", abbreviation="PK")
    for role in (Role.OFFICER, Role.UNIT_HEAD, Role.UNIT_CLERK, Role.ARCHIVIST, Role.ORG_ADMIN):
        post = _post(office, f"trong-{role.value}", office.home_affairs, role, unit=other)
        yield f"{role.value} of the office", post, _theirs(role)


def _theirs(role: Role) -> set[str]:
    if role == Role.ORG_ADMIN:
        return ADMINISTERS
    return KNOWN_INSIDE | HANDED if role == Role.ARCHIVIST else KNOWN_INSIDE


def _knock(sweep: Sweep, client, who: str, name: str, values: dict, sent: str) -> None:
    """At what is there and at what is not: nobody can tell which is which."""
    absent = values | (
        {"pk": NOBODYS} if "pk" in values else {"sha256": "1" * 64} if "sha256" in values else {}
    )
    there = sweep.look(client, address(name, values))
    sweep.judge(who, f"get {name}", there)
    pressed = sweep.press(client, address(name, values), sent)
    sweep.judge(who, f"post {name}", pressed)
    if name in OPEN | NO_ACCOUNT:
        return
    missing = sweep.look(client, address(name, absent))
    if alike(there, values) != alike(missing, absent) or not {there[0], pressed[0]} <= CLOSED:
        told = f"{there[0]} and {pressed[0]}, of what is not there {missing[0]}"
        sweep.wrong.append(f"{who} can tell that {name} is there: {told}")


def _open_pages(sweep: Sweep, client, who: str, sent: str, queried: str, *, press: bool) -> None:
    """The addresses that name nothing by themselves: what one names to them in fields."""
    pages = [name for name, pattern in named().items() if not pattern.pattern.regex.groups]
    for name in sorted(pages, key=lambda name: name == "logout"):
        url = address(name, {})
        sweep.judge(who, f"get {name}", sweep.look(client, url))
        sweep.judge(who, f"get {name}?…", sweep.look(client, f"{url}?{queried}"))
        if press and name not in OF_ONES_OWN:
            sweep.judge(who, f"post {name}", sweep.press(client, url, sent))


def _sweep(people, things, shown: frozenset[str] = frozenset()) -> Sweep:
    sweep, (values, queried) = Sweep(), bodies()
    sweep.shown = shown
    sent, queried = form(values), urlencode(queried, doseq=True)
    clients = [(who, sweep.client(post), own) for who, post, own in people]
    with nothing_changes():
        for who, client, own in clients:
            cache.clear()  # what counts tries is not the subject
            for name, values in things.items():
                if name not in own:
                    _knock(sweep, client, who, name, values, sent)
                elif name not in RAW:
                    sweep.judge(who, f"get {name}", sweep.look(client, address(name, values)))
            _open_pages(sweep, client, who, sent, queried, press=own <= KNOWN_INSIDE | HANDED)
        assert not sweep.wrong, "\n".join(sweep.wrong)
    return sweep


def test_no_name_of_a_value_is_unknown():
    unknown = names_read() - set(NUMBERS) - FREE
    assert not unknown, f"in sweeping.NUMBERS: the number of what; or in FREE: of nothing: {sorted(unknown)}"


def test_no_stranger_reads_or_changes_anything(office, things, record_property):
    people = list(_strangers(office))
    sweep = _sweep(people, things)
    record_property(
        "said", f"sweep of {len(people)} strangers: {sweep.asked} requests, nothing read, nothing changed"
    )


def test_nobody_of_the_office_reads_or_changes_what_is_none_of_their_business(
    office, things, record_property
):
    people = list(_insiders(office))
    sweep = _sweep(people, things, WHOLE_OFFICE)
    record_property(
        "said", f"sweep of {len(people)} colleagues: {sweep.asked} requests, nothing read, nothing changed"
    )
