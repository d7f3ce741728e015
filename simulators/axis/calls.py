"""The calls of the axis: signed parameters and a body in, a JSON object or a refusal out."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from interop.transport.axis_headers import VIETNAM, file_hash, format_moment, parse_moment
from simulators.axis.directory import Unit
from simulators.axis.envelope import Envelope, NotEdxml, read_envelope
from simulators.axis.store import Item, Sending, Store, new_sending
from simulators.axis.strict import faults

Answer = dict[str, Any]
Params = dict[str, str]

MESSAGE_TYPES = ("edoc", "status")


class Refused(Exception):
    """The axis answers FAIL with this ErrorCode and ErrorDesc."""

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code, self.text = code, text


def send_edoc(store: Store, params: Params, body: bytes) -> Answer:
    package = body.removesuffix(b"\r\n")  # the SDK ends the body with CRLF
    if not package:
        raise Refused("10", "File khong hop le: rong")
    if params.get("hash-file") != file_hash(package):
        raise Refused("21", "Loi xu ly file: hash-file khong khop")
    envelope = _read(package)
    if found := faults(package):
        raise Refused("22", f"edXML sai chuan: {'; '.join(found[:3])}")
    to = _code_list(params["to"]) if "to" in params else None
    sending = accept(
        store,
        package,
        envelope,
        system=params["systemid"],
        sender=params.get("from", ""),
        messagetype=_message_type(params),
        to=to,
    )
    return {"DocId": sending.id}


def accept(
    store: Store,
    package: bytes,
    envelope: Envelope,
    *,
    system: str,
    sender: str,
    messagetype: str,
    to: list[str] | None = None,
) -> Sending:
    """Keep a package and lay it before every receiving system. `to` overrides the receivers it names."""
    for code in (sender, envelope.sender or sender):
        if not store.directory.speaks_for(system, code):
            raise Refused("19", f"Don vi gui {code} khong dung voi ma da dang ky: {system}")
    receivers = route(store, to if to is not None else named_receivers(envelope, messagetype))
    sending = new_sending(
        at=datetime.now(VIETNAM),
        system=system,
        sender=sender,
        messagetype=messagetype,
        envelope=envelope,
        receivers=receivers,
    )
    store.send((sending, package))
    return sending


def named_receivers(envelope: Envelope, messagetype: str) -> list[str]:
    """Whom the package itself addresses: To of a paper; of a status, the party in ResponseFor."""
    if messagetype == "edoc":
        return envelope.receivers
    return [reference.organ_id for reference in envelope.response_for if reference.organ_id]


def route(store: Store, codes: list[str]) -> dict[str, list[str]]:
    """The codes by receiving system. One unknown refuses them all: half a sending helps nobody."""
    receivers: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        system = store.directory.system_of(code)
        if system is None:
            raise Refused("18", f"Don vi nhan {code} khong ton tai")
        receivers.setdefault(system, []).append(store.directory.canonical(code))
    if not receivers:
        raise Refused("18", "Goi tin khong co don vi nhan")
    return receivers


def received_list(store: Store, params: Params, body: bytes) -> Answer:
    since, until = _moment(params, "fromDate"), _moment(params, "toDate")
    rows = [
        _received_row(sending, item)
        for sending, item in store.open_items(params["systemid"], _message_type(params))
        if (since is None or sending.at >= since) and (until is None or sending.at <= until)
    ]
    return {"data": rows}


def count_received(messagetype: str) -> Callable[[Store, Params, bytes], Answer]:
    return lambda store, params, body: {"count": len(store.open_items(params["systemid"], messagetype))}


def get_edoc(store: Store, params: Params, body: bytes) -> Answer:
    sending, _ = _find(store, params)
    return {"data": base64.b64encode(store.package(sending)).decode()}


def update_status(store: Store, params: Params, body: bytes) -> Answer:
    _, item = _find(store, params)
    status = params.get("status", "")
    if status not in ("done", "fail", "processing"):
        raise Refused("10", f"Trang thai khong hop le: {status}")
    store.acknowledge(item.id, status, datetime.now(VIETNAM))
    return {}


def sent_list(store: Store, params: Params, body: bytes) -> Answer:
    sendings = store.sent_by(params["systemid"], _message_type(params), params.get("docId", ""))
    rows = [
        _sent_row(sending, item, code)
        for sending in sendings
        for item in sending.items
        for code in item.codes
    ]
    return {"data": rows}


def agencies(store: Store, params: Params, body: bytes) -> Answer:
    level = params.get("level", "")
    if level and not level.isdecimal():
        raise Refused("10", f"Cap khong hop le: {level}")
    with store.lock:
        return {"data": store.directory.rows(int(level) if level else None)}


def register_agency(store: Store, params: Params, body: bytes) -> Answer:
    fields = _json(body)
    unit = {name: fields.get(name) or "" for name in ("id", "pcode", "code", "name", "mail", "mobile", "fax")}
    if not all(isinstance(value, str) for value in unit.values()) or not unit["code"] or not unit["name"]:
        raise Refused("10", "Don vi thieu code hoac name")
    system = params["systemid"]
    if not store.directory.may_register(system, unit["code"]):
        raise Refused("19", f"Ma {unit['code']} thuoc don vi khac")
    store.register(Unit(owner=system, **unit), datetime.now(VIETNAM))
    return {}


CALLS: dict[str, Callable[[Store, Params, bytes], Answer]] = {
    "/sendEdoc": send_edoc,
    "/getReceivedEdocList": received_list,
    "/countReceiveEdoc": count_received("edoc"),
    "/countReceiveStatus": count_received("status"),
    "/getEdoc": get_edoc,
    "/updateStatus": update_status,
    "/getSentEdocList": sent_list,
    "/getAgenciesList": agencies,
    "/getAgenciesListQD20": agencies,
    "/registerAgency": register_agency,
}


def _read(package: bytes) -> Envelope:
    try:
        return read_envelope(package)
    except NotEdxml as error:
        raise Refused("22", f"edXML sai chuan: {error}") from error


def _message_type(params: Params) -> str:
    messagetype = params.get("messagetype", "")
    if messagetype not in MESSAGE_TYPES:
        raise Refused("10", f"messagetype khong hop le: {messagetype}")
    return messagetype


def _code_list(text: str) -> list[str]:
    try:
        codes = json.loads(text)
    except ValueError:
        codes = None
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise Refused("10", "Tham so to khong phai mang JSON")
    return codes


def _json(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise Refused("10", "Noi dung khong phai JSON")
    return fields


def _moment(params: Params, name: str) -> datetime | None:
    text = params.get(name, "")
    moment = parse_moment(text)
    if text and moment is None:
        raise Refused("10", f"{name} khong hop le: {text}")
    return moment


def _find(store: Store, params: Params) -> tuple[Sending, Item]:
    doc_id = params.get("docId") or params.get("docid", "")
    found = store.find(params["systemid"], doc_id)
    if found is None:
        raise Refused("10", f"Khong tim thay van ban {doc_id}")
    return found


def _received_row(sending: Sending, item: Item) -> dict[str, str]:
    return {
        "docId": item.id,
        "serviceType": "eDoc",
        "messageType": sending.messagetype,
        "created_time": format_moment(sending.at),
        "updated_time": format_moment(item.updated or sending.at),
        "from": sending.sender,
        "to": ",".join(item.codes),
        "status": item.status,
        "status_desc": item.status,
    }


def _sent_row(sending: Sending, item: Item, code: str) -> dict[str, str]:
    return {
        "serviceType": "eDoc",
        "messageType": sending.messagetype,
        "senderDocId": sending.id,
        "receiverDocId": item.id,
        "fromCode": sending.sender,
        "toCode": code,
        "title": sending.envelope.title,
        "notation": sending.envelope.code,
        "sentTime": format_moment(sending.at),
        "receivedTime": format_moment(item.updated) if item.updated else "",
        "sendStatus": "done",
        "sendStatusDesc": "Da gui",
        "receiveStatus": item.status,
        "receiveStatusDesc": item.status,
    }
