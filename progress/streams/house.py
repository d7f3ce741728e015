"""All open pages: one loop, no thread of their own; what the database knows is asked beside it."""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie

import redis.asyncio
from redis.exceptions import RedisError

from progress.bell import CHANNEL
from progress.streams.questions import numbers, sessions

logger = logging.getLogger("progress.streams")
HEAD = 16 * 1024  # bytes of a request
HEAD_WITHIN = 10.0  # seconds
MOST = 6000  # streams; the next one is told to ask by itself
MOST_OF_ONE = 30  # of one account: the oldest goes
UNREAD_BYTES = 16 * 1024  # a reader who lets so much lie is gone
BEAT = 25.0  # seconds between signs of life: front servers cut what is silent
_AWAY = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}


class Stream:
    __slots__ = ("key", "said", "user", "writer")

    def __init__(self, key: str, user: int, writer: asyncio.StreamWriter):
        self.key, self.user, self.writer, self.said = key, user, writer, None

    def say(self, unread: int) -> None:
        if unread != self.said:
            self.said = unread
            self.write(f'event: notices\ndata: {{"unread": {unread}}}\n\n')

    def write(self, text: str) -> None:
        if self.writer.transport.get_write_buffer_size() > UNREAD_BYTES:
            self.writer.transport.abort()
        elif not self.writer.is_closing():
            self.writer.write(text.encode())


class House:
    """All open streams, by account."""

    def __init__(self, origin: str, cookie: str):
        self.origin, self.cookie = origin, cookie
        self.streams: dict[int, list[Stream]] = defaultdict(list)
        self.open = 0
        self.lines = ThreadPoolExecutor(2)  # to the database

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request from its first line to its last: nobody is asked a second thing on a line."""
        stream = None
        try:
            asked = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_WITHIN)
            key, status = self._read(asked)
            found = None if status else await self._whose(key)
            if status or found is None:
                writer.write(self._refusal(status or (503 if self.open >= MOST else 401)))
                await writer.drain()
                return
            stream = self._begin(Stream(key, found[0], writer), found[1])
            while await reader.read(1024):  # what is said after the question is not listened to
                pass
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except Exception as error:  # the database is away: the page asks by itself until it is back
            logger.warning("nobody can be asked who this is: %s", type(error).__name__)
        finally:
            if stream:
                self._end(stream)
            writer.close()

    async def _whose(self, key: str) -> tuple[int, int] | None:
        return None if self.open >= MOST else (await self._ask(sessions, [key])).get(key)

    def _read(self, asked: bytes) -> tuple[str, int]:
        """The key of the session, and what is wrong with the request."""
        first, *lines = asked.decode("latin-1").split("\r\n")
        method, _, rest = first.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        if path != "/thong-bao/dong/":
            return "", 404
        if method != "GET":
            return "", 405
        jar = SimpleCookie()
        try:
            for line in lines:
                name, _, value = line.partition(":")
                if name.lower() == "cookie":
                    jar.load(value.strip())
        except CookieError:
            return "", 400
        found = jar.get(self.cookie)
        return (found.value, 0) if found and found.value.isalnum() and len(found.value) <= 40 else ("", 401)

    def _begin(self, stream: Stream, unread: int) -> Stream:
        of_one = self.streams[stream.user]
        if len(of_one) >= MOST_OF_ONE:
            of_one[0].writer.close()
        of_one.append(stream)
        self.open += 1
        stream.write(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
            "Connection: close\r\nX-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\n"
            f"{self._sharing()}\r\nretry: 5000\n\n"
        )
        stream.say(unread)
        return stream

    def _end(self, stream: Stream) -> None:
        self.open -= 1
        of_one = self.streams[stream.user]
        of_one.remove(stream)
        if not of_one:
            del self.streams[stream.user]

    def close(self) -> None:
        for of_one in list(self.streams.values()):
            for stream in of_one:
                stream.writer.close()

    def _sharing(self) -> str:
        """Where no front server joins both, pages of our own address may read it with their session, and no others."""
        return f"Access-Control-Allow-Origin: {self.origin}\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n"

    def _refusal(self, status: int) -> bytes:
        head = f"HTTP/1.1 {status} {_AWAY[status]}\r\nContent-Length: 0\r\nConnection: close\r\n{self._sharing()}\r\n"
        return head.encode()

    async def _ask(self, question, about):
        return await asyncio.get_running_loop().run_in_executor(self.lines, question, about)

    async def tell(self, users: set[int]) -> None:
        """Those of them who look at a page now."""
        here = [user for user in users if user in self.streams]
        if not here:
            return
        try:
            found = await self._ask(numbers, here)
        except Exception as error:  # the database is away: `look_again` makes up for it
            logger.warning("numbers cannot be asked: %s", type(error).__name__)
            return
        for user, unread in found.items():
            for stream in list(self.streams.get(user, ())):
                stream.say(unread)

    async def listen(self, url: str) -> None:
        """Rings of the bell. Those that come while one is answered are answered together."""
        wait = 0.5
        while True:
            try:
                async with (
                    redis.asyncio.Redis.from_url(url, socket_connect_timeout=2) as line,
                    line.pubsub() as heard,
                ):
                    await heard.subscribe(CHANNEL)
                    await self.tell(set(self.streams))  # whatever rang before is made up for
                    wait = 0.5
                    while True:
                        await self.tell(await _rung(heard))
            except (RedisError, OSError) as error:
                logger.warning("the broker is away: %s", type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)

    async def look_again(self, every: float) -> None:
        """Now and then, by the monotonic clock: who is still signed in, and the number, lest a ring was lost."""
        while True:
            await asyncio.sleep(every)
            here = [stream for of_one in self.streams.values() for stream in of_one]
            try:
                alive = await self._ask(sessions, [stream.key for stream in here])
            except Exception as error:  # the database is away: nobody is thrown out for that
                logger.warning("sessions cannot be asked: %s", type(error).__name__)
                continue
            for stream in here:
                if stream.key in alive:
                    stream.say(alive[stream.key][1])
                else:
                    stream.write("event: end\ndata: {}\n\n")
                    stream.writer.close()

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            for of_one in list(self.streams.values()):
                for stream in list(of_one):
                    stream.write(": \n\n")


async def _rung(heard) -> set[int]:
    users, message = set(), await heard.get_message(True, timeout=30.0)
    while message is not None:
        with contextlib.suppress(TypeError, ValueError):
            users |= {int(one) for one in json.loads(message["data"])}
        message = await heard.get_message(True, timeout=0.0)
    return users
