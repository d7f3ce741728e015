"""The client of the national interconnection axis: one signed HTTP call per function, nothing remembered."""

import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, BinaryIO

import requests

from interop.transport.adapter import Agency, AxisError, MessageType, ReceivedItem, SentItem
from interop.transport.axis_bodies import PackageBody, read_answer
from interop.transport.axis_headers import file_hash, format_moment, parse_moment, sign

# 20 "Lỗi hệ thống": the axis itself failed. 15: it does not know us (secret or clock), whatever is sent.
# 21 "lỗi xử lý file": what arrived is not what was hashed here, so the line changed it.
# Every other FAIL says the same package will be refused again.
_RETRYABLE_CODES = {"15", "20", "21"}
_RETRYABLE_HTTP = {401, 403, 408, 425, 429}


class AxisClient:
    """Speaks for one system id. One keep-alive session per client; safe to share between threads.

    `timeout` is (connect, read) in seconds; `clock` gives an aware "now" for the timestamp of each call.
    Every method raises AxisError, and ValueError for arguments that cannot be sent.
    """

    def __init__(
        self,
        base_url: str,
        system_id: str,
        secret: str,
        *,
        timeout: tuple[float, float] = (5, 60),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        self.base_url, self.system_id, self.timeout = base_url.rstrip("/"), system_id, timeout
        self._secret, self._clock = secret, clock
        # The axis lives on a closed network: proxies and .netrc of the machine are not for it. No call
        # changes the session and cookies are refused, so threads may share it: connections are pooled.
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def send(
        self, package: bytes | BinaryIO, *, messagetype: MessageType, sender: str, to: list[str] | None = None
    ) -> str:
        """Hand a package to the axis; gives its transport id. `to` overrides the receivers it names."""
        stream = io.BytesIO(package) if isinstance(package, bytes) else package
        params = {
            "from": sender,
            "servicetype": "eDoc",
            "messagetype": messagetype,
            "hash-file": file_hash(stream),
        }
        if to is not None:
            params["to"] = json.dumps(to)
        body = PackageBody(stream)
        return _required(
            self._call("/sendEdoc", params, body, content_type="application/octet-stream"), "DocId"
        )

    def list_received(self, messagetype: MessageType, since: datetime | None = None) -> list[ReceivedItem]:
        """Everything addressed to us that we have not acknowledged as done, oldest first."""
        params = {"servicetype": "eDoc", "messagetype": messagetype}
        if since is not None:
            params["fromDate"] = format_moment(since)
        rows = _rows(self._call("/getReceivedEdocList", params))
        return [_received(row) for row in rows]

    def fetch(self, doc_id: str) -> BinaryIO:
        """One received package, in a temporary file that is gone when nobody holds it."""
        params = {"docId": doc_id, "filePath": f"{doc_id}.edxml"}
        try:
            with self._post("/getEdoc", params, b"{}", stream=True) as response:
                if response.status_code != 200:
                    _answer(response)
                answer, package = _read(response)
        except requests.RequestException as error:
            raise AxisError("network", str(error), retryable=True) from error
        _accepted(answer)
        if package is None:
            raise AxisError("answer", "The answer has no data", retryable=True)
        return package

    def acknowledge(self, doc_id: str, ok: bool, processing: bool = False) -> None:
        """Tell the axis how transport went: done (it stops listing the item), processing or fail."""
        status = "processing" if processing else "done" if ok else "fail"
        self._call("/updateStatus", {"docId": doc_id, "docid": doc_id, "status": status}, b"{}")

    def list_sent(self, messagetype: MessageType, doc_id: str = "") -> list[SentItem]:
        """Where our packages stand at their receivers; of one sending when its transport id is given."""
        params = {"servicetype": "eDoc", "messagetype": messagetype, "docId": doc_id}
        return [_sent(row) for row in _rows(self._call("/getSentEdocList", params))]

    def directory(self, level: int | None = None) -> list[Agency]:
        """The agencies of the axis: all of them, or those of one level of Decision 20/2020."""
        if level is None:
            return [_agency(row) for row in _rows(self._call("/getAgenciesList", {}))]
        return [_agency(row) for row in _rows(self._call("/getAgenciesListQD20", {"level": str(level)}))]

    def register_agency(
        self,
        code: str,
        name: str,
        *,
        parent_code: str,
        id: str = "",
        mail: str = "",
        mobile: str = "",
        fax: str = "",
    ) -> None:
        """Create or update one of our own units in the directory of the axis."""
        unit = {"id": id, "pcode": parent_code, "code": code, "name": name}
        body = json.dumps(unit | {"mail": mail, "mobile": mobile, "fax": fax}).encode()
        self._call("/registerAgency", {}, body)

    def ping(self) -> None:
        """A cheap signed call: the axis answers and knows us, or AxisError."""
        self._call("/countReceiveEdoc", {"servicetype": "eDoc", "messagetype": "edoc"}, b"{}")

    def _call(
        self,
        path: str,
        params: Mapping[str, str],
        body: bytes | PackageBody = b"",
        content_type: str = "application/json",
    ) -> dict[str, Any]:
        try:
            response = self._post(path, params, body, content_type)
        except requests.RequestException as error:
            raise AxisError("network", str(error), retryable=True) from error
        return _answer(response)

    def _post(
        self,
        path: str,
        params: Mapping[str, str],
        body: bytes | PackageBody,
        content_type: str = "application/json",
        stream: bool = False,
    ) -> requests.Response:
        headers = sign(
            params,
            system_id=self.system_id,
            secret=self._secret,
            content_type=content_type,
            at=self._clock(),
        )
        # A redirect would replay signed headers to another address.
        return self._session.post(
            self.base_url + path,
            data=body,
            headers=headers,
            timeout=self.timeout,
            allow_redirects=False,
            stream=stream,
        )


def _read(response: requests.Response) -> tuple[object, BinaryIO | None]:
    try:
        return read_answer(response.iter_content(1 << 16))
    except requests.RequestException:
        raise
    except ValueError as error:
        raise AxisError("answer", "The answer is no JSON with a package in base64", retryable=True) from error


def _answer(response: requests.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if response.status_code != 200:
        retryable = response.status_code >= 500 or response.status_code in _RETRYABLE_HTTP
        text = str(answer.get("ErrorDesc", "")) if isinstance(answer, dict) else response.reason
        raise AxisError(f"http {response.status_code}", text or "", retryable=retryable)
    return _accepted(answer)


def _accepted(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        # A gateway's page instead of an answer: we cannot know whether the axis took the call.
        raise AxisError("answer", "The answer is not a JSON object", retryable=True)
    code = str(answer.get("ErrorCode", ""))
    if answer.get("status") == "OK" or (answer.get("status") is None and code == "0"):
        return answer
    raise AxisError(code, str(answer.get("ErrorDesc", "")), retryable=code in _RETRYABLE_CODES)


def _required(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise AxisError("answer", f"The answer has no {name}", retryable=True)
    return value


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    rows = answer.get("data") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AxisError("answer", "The list of the answer is not a list of objects", retryable=True)
    return rows


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _received(row: dict[str, Any]) -> ReceivedItem:
    return ReceivedItem(
        doc_id=_text(row, "docId"),
        message_type=_text(row, "messageType"),
        sender=_text(row, "from"),
        to=_text(row, "to"),
        created=parse_moment(_text(row, "created_time")),
        status=_text(row, "status"),
    )


def _sent(row: dict[str, Any]) -> SentItem:
    return SentItem(
        sender_doc_id=_text(row, "senderDocId"),
        receiver_doc_id=_text(row, "receiverDocId"),
        from_code=_text(row, "fromCode"),
        to_code=_text(row, "toCode"),
        title=_text(row, "title"),
        notation=_text(row, "notation"),
        sent_time=parse_moment(_text(row, "sentTime")),
        received_time=parse_moment(_text(row, "receivedTime")),
        send_status=_text(row, "sendStatus"),
        receive_status=_text(row, "receiveStatus"),
    )


def _agency(row: dict[str, Any]) -> Agency:
    return Agency(
        id=_text(row, "id"),
        pid=_text(row, "pid"),
        code=_text(row, "code"),
        name=_text(row, "name"),
        mail=_text(row, "mail"),
        old_code=_text(row, "oldCode"),
        code102=_text(row, "code102"),
    )
