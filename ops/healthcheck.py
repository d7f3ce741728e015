"""Exit 0 when the process of this container does its work: `web` answers, `beat` keeps its timetable.

python ops/healthcheck.py web [PORT]       no word of a front server: this machine itself hears what is amiss
python ops/healthcheck.py streams [PORT]   it takes lines, and sends away whoever has no session
python ops/healthcheck.py beat FILE     the schedule file, which a busy beat writes every three minutes
"""

import glob
import http.client
import os
import sys
import time


def web(port: str = "8000") -> bool:
    """/healthz says 200 or 503: the server answers. What is amiss behind it is told by the printed text."""
    # ".vanban.example" allows the name itself and all below it; "*" allows any.
    host = (
        os.environ.get("ALLOWED_HOSTS", "127.0.0.1")
        .split(",")[0]
        .strip()
        .lstrip(".")
        .replace("*", "127.0.0.1")
    )
    line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    line.request("GET", "/healthz", headers={"Host": host})
    answer = line.getresponse()
    sys.stdout.write(answer.read(2000).decode(errors="replace"))
    return answer.status in (200, 503)


def streams(port: str = "8001") -> bool:
    line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    line.request("GET", "/thong-bao/dong/")
    return line.getresponse().status == 401


def beat(schedule: str) -> bool:
    """The schedule file has been written in the last ten minutes; its ending depends on the platform."""
    written = [os.path.getmtime(path) for path in glob.glob(f"{glob.escape(schedule)}*")]
    return time.time() - max(written, default=0) < 600


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "beat": beat, "streams": streams}[sys.argv[1]](*sys.argv[2:]) else 1)
