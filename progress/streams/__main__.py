"""`python -m progress.streams --bind 127.0.0.1:8001`: open pages learn their number of unread notices as it changes.

One process, one loop, one subscription. A page's EventSource is answered with `event: notices` and a number, never with
anything a notice says. Who asks is known by the row of the session, and asked again every minute: whoever signed out,
was locked out or has done nothing for too long hears no more. All of it may be lost: the page then asks by itself.
"""

import argparse
import asyncio
import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_docs.settings")


async def serve(host: str, port: int, check: float) -> None:
    from django.conf import settings

    from progress.streams.house import HEAD, House

    house = House(settings.PUBLIC_URL, settings.SESSION_COOKIE_NAME)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    server = await asyncio.start_server(house.answer, host, port, limit=HEAD, backlog=1024)
    works = [
        asyncio.create_task(one)
        for one in (house.listen(settings.REDIS_URL), house.look_again(check), house.beat())
    ]
    print(f"streams at {host}:{server.sockets[0].getsockname()[1]}", flush=True)
    done, _ = await asyncio.wait(
        [asyncio.create_task(stop.wait()), *works], return_when=asyncio.FIRST_COMPLETED
    )
    server.close()  # not waited for: that would wait for every page that is open
    house.close()
    while works:  # what a line of the broker is just doing may swallow the first word
        for work in works:
            work.cancel()
        _, works = await asyncio.wait(works, timeout=0.5)
    for one in done:
        one.result()  # a work that ended by itself is a fault: the process ends loudly, and is started again


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m progress.streams", description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1:8001", help="address:port; port 0 takes a free one")
    parser.add_argument(
        "--check", type=float, default=60.0, help="seconds between looks whether the sessions still hold"
    )
    asked = parser.parse_args()
    host, _, port = asked.bind.rpartition(":")
    import django

    django.setup()
    asyncio.run(serve(host.strip("[]"), int(port), asked.check))


if __name__ == "__main__":
    main()
