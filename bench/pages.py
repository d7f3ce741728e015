"""Open pages as far as bytes go, in a process of their own: reading two thousand lines would take the time of the acts.

Knows nothing of Django, so that the process is small and starts at once.
"""

import asyncio
import multiprocessing
import time
from collections import defaultdict
from threading import Thread

_SPAWN = multiprocessing.get_context("spawn")


class Pages:
    """Of accounts, by the keys of their sessions: [(key, account)]. Times are those of `time.perf_counter`, which all
    processes of a machine share."""

    def __init__(self, port: int, keys: list[tuple[str, int]]):
        self._open, self._failed = _SPAWN.Value("i", 0), _SPAWN.Value("i", 0)
        self._line, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_listen, args=(port, keys, theirs, self._open, self._failed), daemon=True
        )
        self._process.start()

    @property
    def open(self) -> int:
        return self._open.value

    @property
    def failed(self) -> bool:
        return bool(self._failed.value)

    def heard(self, last: dict[int, int]) -> bool:
        """Whether every page of these accounts shows this number or a later one."""
        self._line.send(last)
        return self._line.recv()

    def stop(self) -> dict[int, list[list[tuple[int, float]]]]:
        """By account, of each of its pages: which number it showed when."""
        self._line.send(None)
        heard = self._line.recv()
        self._process.join(10)
        return heard


def _listen(port: int, keys: list, line, opened, failed) -> None:
    by_account = defaultdict(list)
    loop = asyncio.new_event_loop()
    Thread(target=_answer, args=(line, by_account, loop), daemon=True).start()

    async def page(key: str, heard: list) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /thong-bao/dong/ HTTP/1.1\r\nHost: x\r\nCookie: sessionid={key}\r\n\r\n".encode())
        if b" 200 " not in await reader.readline():
            failed.value = 1
            return
        while text := await reader.readline():
            if text.startswith(b'data: {"unread"'):
                opened.value += not heard
                heard.append((int(text[16:-2]), time.perf_counter()))

    waits = []
    for key, account in keys:
        heard = []
        by_account[account].append(heard)
        waits.append(loop.create_task(page(key, heard)))
    loop.run_forever()
    for wait in waits:
        wait.cancel()
    loop.run_until_complete(asyncio.gather(*waits, return_exceptions=True))


def _answer(line, by_account: dict, loop) -> None:
    while (last := line.recv()) is not None:
        line.send(
            all(
                heard and heard[-1][0] >= number
                for user, number in last.items()
                for heard in by_account[user]
            )
        )
    line.send(dict(by_account))
    loop.call_soon_threadsafe(loop.stop)
