"""What a slow line carries: the first page with nothing kept, and every further page of a day."""

from ops.audit.town import Town

FIRST, AFTER = 150, 30  # KiB on the wire, headers included
# In the order of a morning; the first is the clerk's desk, with fonts, styles and scripts.
_MORNING = (
    "/",
    "/van-ban-den/",
    "/van-ban-di/",
    "/cong-viec/",
    "/tim/?q=tra+loi",
    "/theo-doi/",
    "/thong-bao/",
)


def look(town: Town) -> list[str]:
    found = []
    with town.session("") as stranger:
        found += _judge("/dang-nhap/", _loaded(stranger.new_page(), "/dang-nhap/"), FIRST)
    for who in ("lan", "dung", "minh"):
        # With nothing kept; the worker that stands between browser and network would hide what it fetches.
        with town.session(who, service_workers="block") as context:
            page = context.new_page()
            for number, path in enumerate(_MORNING):
                found += _judge(f"{who} {path}", _loaded(page, path), AFTER if number else FIRST)
    return found


def _loaded(page, path: str) -> float:
    """KiB on the wire until the page was quiet."""
    line = page.context.new_cdp_session(page)
    weights: list[float] = []
    line.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    line.send("Network.enable")
    # Streams of notices stay open, so "networkidle" would never come.
    page.goto(path, wait_until="load")
    page.wait_for_timeout(300)
    line.detach()
    return sum(weights) / 1024


def _judge(title: str, weight: float, most: int) -> list[str]:
    print(f"  {weight:6.1f} KiB of {most}  {title}", flush=True)
    return [f"{title} weighs {weight:.0f} KiB, {most} allowed"] if weight > most else []
