"""axe: every page, light and dark, wide and on a phone."""

from ops.audit.town import Town

_RUN = """() => axe.run(document, {resultTypes: ['violations']}).then(said => said.violations.map(
  one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 160)]))"""
_SEEN_AS = (("light", 1366, 768), ("dark", 390, 844))


def look(town: Town) -> list[str]:
    script = (town.node / "axe-core/axe.min.js").read_text()
    found = {}
    for who in dict.fromkeys(page.who for page in town.pages):
        # The pages' own policy lets no script of ours in; what is looked at is the same.
        with town.session(who, bypass_csp=True) as context:
            window = context.new_page()
            for page in (one for one in town.pages if one.who == who):
                window.goto(page.path)
                window.evaluate(script)
                for scheme, width, height in _SEEN_AS:
                    # A colour on its way from light to dark is neither.
                    window.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    window.set_viewport_size({"width": width, "height": height})
                    for rule, times, html in window.evaluate(_RUN):
                        found.setdefault((rule, html), f"{rule} ×{times} {scheme} {page.title}: {html}")
    print(f"  {len(town.pages)} pages, each twice", flush=True)
    return list(found.values())
