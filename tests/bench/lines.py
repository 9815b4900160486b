"""The lines of the bench: each asks for figures from child processes and tells them as rows."""

from __future__ import annotations

from typing import NamedTuple

from tests.bench.child import measured
from tests.bench.peers import PEERS


class Row(NamedTuple):
    """One line of the table, all text but for the people who read it."""

    what: str
    size: str
    ours: str
    peer: str
    ratio: str
    goal: str = ""


def _ask(name, *arguments):
    return measured(f"tests.bench.ours:{name}", *arguments)


def _missing(what, size, figures):
    return Row(what, size, f"cannot be had: {figures['missing'][:90]}", "", "")


def _spent(figures):
    return (
        f"CPU {figures['cpu_s']:.1f} s, wall {figures['wall_s']:.1f} s, {figures['rss_mb']:,.0f} MB"
    )


def import_line(scale):
    """Parcels from a GeoPackage through the checks into a new store."""
    rows = []
    for count, most_s, most_mb in ((200_000, 60, 1_500), (1_000_000, 360, None)):
        figures = measured("tests.bench.imports:through", int(count * min(scale, 1)))
        size = f"{figures.get('rows', 0):,} parcels"
        if "missing" in figures:
            rows.append(_missing("import of a GeoPackage", size, figures))
            continue
        ours = f"{_spent(figures)}, parser {figures['child_mb']:,.0f} MB"
        goal = f"wall < {most_s} s" + (f", < {most_mb:,} MB" if most_mb else "")
        met = figures["wall_s"] < most_s and figures["rss_mb"] < (most_mb or float("inf"))
        rows.append(Row("import of a GeoPackage", size, ours, "", "", judged(goal, met)))
    return rows


def area_line(scale):
    """Ellipsoidal area of a million polygons."""
    count = int(1_000_000 * min(scale, 1))
    ours, peer = _ask("area", count), _ask("area_by_geod", count // 20)
    size = f"{count:,} polygons"
    if "missing" in ours:
        return [_missing("ellipsoidal area", size, ours)]
    each = peer["cpu_s"] / (count // 20) / (ours["cpu_s"] / count)
    told = f"pyproj.Geod, {count // 20:,} polygons: {_spent(peer)}"
    said = f"{_spent(ours)}, {ours['more_mb']:,.0f} MB of it for measuring"
    goal = judged("< 20 s", ours["wall_s"] < 20)
    return [Row("ellipsoidal area", size, said, told, f"{each:.1f}x each", goal)]


def cut_line(scale):
    """The full cut against each peer's differences for one date, both in turn, twice."""
    rows = []
    for name, peer in PEERS.items():
        asked = "tests.bench.ours:cut", f"tests.bench.peers:{peer.__name__}"
        turns = [[measured(thing, scale) for thing in asked] for _ in range(2)]
        ours, theirs = (_quicker(*runs) for runs in zip(*turns, strict=True))
        size = f"{ours.get('features', 0):,} features, {ours.get('pieces', 0):,} pieces"
        rows.append(_against(name, size, ours, theirs))
    if "missing" not in ours:
        share = ours["sliver_share"]
        goal = judged("<= 0.2 %", share <= 0.002)
        what = "slivers in the approved area"
        rows.append(Row(what, size, f"{100 * share:.3f} %", "", "", goal))
    return rows


def _quicker(one, other):
    """The run that something else on the machine held up less."""
    return other if other.get("wall_s", 0) < one.get("wall_s", 0) else one


def _against(name, size, ours, peer):
    what = f"full cut, against one date by {name}"
    told = f"cannot be had: {peer['missing'][:90]}" if "missing" in peer else _spent(peer)
    if "missing" in ours:
        return _missing(what, size, ours)._replace(peer=told)
    if "missing" in peer:
        return Row(what, size, _spent(ours), told, "")
    cpu, wall = (ours[name] / peer[name] for name in ("cpu_s", "wall_s"))
    goal = judged("wall < 1.00", wall < 1)
    if name == "geopandas":
        met = cpu <= 0.5 and wall < 1 and ours["rss_mb"] < 1_500
        goal = judged("CPU <= 0.50, wall < 1.00, < 1,500 MB", met)
    return Row(what, size, _spent(ours), told, f"CPU {cpu:.2f}, wall {wall:.2f}", goal)


def any_date_line(scale):
    """Stage and ledger on any date after the cut, and 240 months of it."""
    one, many = _ask("one_date", scale), _ask("months", scale)
    rows = []
    for what, figures, most_s in (
        ("stage and ledger on one date", one, 0.05),
        ("240 monthly ledgers", many, 3),
    ):
        size = f"{figures.get('pieces', 0):,} pieces"
        if "missing" in figures:
            rows.append(_missing(what, size, figures))
            continue
        if "ms" in figures:
            ours = f"CPU {figures['cpu_ms']:.1f} ms (stage {figures['stage_ms']:.1f}), "
            ours += f"wall {figures['ms']:.1f} ms"
        else:
            ours = f"CPU {figures['cpu_s']:.2f} s, wall {figures['wall_s']:.2f} s"
        spent_s = figures["ms"] / 1000 if "ms" in figures else figures["wall_s"]
        least = f"< {1000 * most_s:.0f} ms" if most_s < 1 else f"< {most_s} s"
        rows.append(Row(what, size, ours, "", "", judged(least, spent_s < most_s)))
    return rows


def recut_line(scale):
    """100 new supplies, recorded in a store, until their pieces are published."""
    figures = _ask("new_supplies", scale)
    size = f"100 supplies into {figures.get('pieces', 0):,} pieces"
    if "missing" in figures:
        return [_missing("re-cut", size, figures)]
    same = "equal to the last bit" if figures["same"] else "NOT EQUAL"
    peer = f"full cut in memory CPU {figures['cut_s']:.1f} s"
    rows = []
    for what, key, most in (
        ("re-cut: from the features around to the patch", "patch_s", 0.02),
        ("re-cut: read what is around from the store", "read_s", None),
        ("re-cut: read, cut, publish and seal in the store", "recut_s", None),
    ):
        ours = f"CPU {figures[key]:.2f} s, {figures['fresh']:,} pieces, {same}"
        share = figures[key] / figures["cut_s"]
        goal = judged(f"< {100 * most:.0f} %", share < most) if most else ""
        rows.append(Row(what, size, ours, peer, f"{100 * share:.2f} %", goal))
    return rows


def province_line(scale):
    """Twenty cities against one that is cut before them and again after them."""
    runs = [_ask("streamed", size * scale) for size in (1, 20, 1)]
    before, twenty, after = runs
    size = f"{twenty.get('features', 0):,} features, {twenty.get('pieces', 0):,} pieces"
    for figures in runs:
        if "missing" in figures:
            return [_missing("province", size, figures)]
    one = {name: (before[name] + after[name]) / 2 for name in before}
    cpu, wall = twenty["cpu_s"] / one["cpu_s"], twenty["wall_s"] / one["wall_s"]
    ratio = f"CPU {cpu:.1f}x, wall {wall:.1f}x"
    ours, city = (f"{_spent(f)}, {f['more_mb']:,.0f} MB of it for cutting" for f in (twenty, one))
    goal = judged("CPU and wall <= 22x", max(cpu, wall) <= 22)
    return [Row("province", size, ours, f"city, mean of two: {city}", ratio, goal)]


def determine_line(scale):
    """Findings for a million supplies by the national rules, and with each local folder."""
    count = int(1_000_000 * min(scale, 1))
    size = f"{count:,} supplies"
    rows = []
    for local in ((), ("henan",), ("shanghai",), ("hainan",)):
        figures = _ask("determine", count, *local)
        what = " and ".join(["findings", *local])
        if "missing" in figures:
            rows.append(_missing(what, size, figures))
            continue
        said = f"{size}, {figures['findings']:,} findings"
        met = figures["wall_s"] < 3 and figures["rss_mb"] < 2_000
        goal = judged("< 3 s, < 2,000 MB", met)
        rows.append(Row(what, said, _spent(figures), "", "", goal))
    return rows


def store_line(scale):
    """A city in both stores, asked the same by turns; 200,000 supplies recorded into both."""
    count = int(200_000 * min(scale, 1))
    city = measured("tests.bench.stores:reads", scale)
    many = measured("tests.bench.stores:writes", count)
    if "missing" in city or "missing" in many:
        return [_missing("both stores", f"scale {scale:g}", city if "missing" in city else many)]
    size = f"{city['features']:,} features, {city['pieces']:,} pieces"
    asked = [(f"store: {what}", size, city, what) for what in city["sqlite"]]
    asked += [(f"store: {what}", f"{count:,} supplies", many, what) for what in ("record", "box")]
    return [
        Row(
            what,
            size,
            f"SQLite {figures['sqlite'][name]:,.1f} ms",
            f"PostGIS {figures['postgis'][name]:,.1f} ms",
            f"{figures['postgis'][name] / figures['sqlite'][name]:.2f}",
            "" if name in ("record", "publish") else "<= 2",
        )
        for what, size, figures, name in asked
    ]


TILE_GOALS = {"13": 60, "14": 25, "15": 12}


def tiles_line(scale):
    """Vector tiles of a million parcels, ours and PostGIS's by turns."""
    count = int(1_000_000 * min(scale, 1))
    figures = measured("tests.bench.tiles:tiles", count)
    size = f"{count:,} parcels, 625 a km²"
    if "missing" in figures:
        return [_missing("vector tiles", size, figures)]
    rows = [_tile_row(z, size, figures[z]) for z in TILE_GOALS]
    memory = f"CPU {figures['ground_s']:.1f} s, {figures['own_mb']:,.0f} MB more at the most"
    return [*rows, Row("outlines for tiles, once a revision", size, memory, "", "")]


def _tile_row(z, size, found):
    (ours, slow), (peer, peer_slow) = found["ours"], found["peer"]
    return Row(
        f"vector tile, z{z}",
        f"{size}, up to {found['bytes'] / 1000:,.0f} kB",
        f"p50 {ours:.1f} ms, p95 {slow:.1f} ms, CPU {found['ours_cpu']:.1f} ms",
        f"PostGIS ST_AsMVT: p50 {peer:.1f} ms, p95 {peer_slow:.1f} ms, "
        f"CPU {found['peer_cpu']:.1f} ms",
        f"p50 {ours / peer:.2f}, p95 {slow / peer_slow:.2f}, "
        f"CPU {found['ours_cpu'] / found['peer_cpu']:.2f}",
        judged(f"p95 < {TILE_GOALS[z]} ms, p50 < 1.00", slow < TILE_GOALS[z] and ours < peer),
    )


def page_line(scale):
    """The page over a million parcels in a browser, and the server behind it."""
    count = int(1_000_000 * min(scale, 1))
    figures = measured("tests.bench.page:page", count, timeout_s=7_200)
    size = f"{count:,} parcels, 100 a km²"
    if "missing" in figures:
        return [_missing("page", size, figures)]
    rows = [_paint_row(z, size, *figures[z]) for z in ("9", "13", "15")]
    now, own, peak = figures["memory_mb"]
    asked = [
        ("first tile after a restart", figures["restart_ms"], "ms", "", 1_000),
        ("filter change", figures["filter_ms"], "ms", "", 1_000),
        ("card", figures["card_ms"], "ms", "", 200),
        ("heap", figures["heap_mb"], "MB", "", 60),
        ("memory of the server", now, "MB", f", {own:,.0f} MB of it its own, peak {peak:,.0f} MB",
         1_500),
    ]  # fmt: skip
    rows += [
        Row(f"page: {what}", size, f"{value:,.0f} {unit}{more}", "", "",
            judged(f"< {most:,} {unit}", value < most))
        for what, value, unit, more, most in asked
    ]  # fmt: skip
    made = ("what is kept of a new date", "what is kept of a new revision and date")
    return rows + [
        Row(f"page: {what}", size, f"{figures[name]:,.0f} s", "", "")
        for what, name in zip(made, ("date_s", "made_s"), strict=True)
    ]


def _paint_row(z, size, cold, warm, cpu_s, load):
    goal = judged("cold < 2,000 ms, warm < 1,000 ms", cold < 2_000 and warm < 1_000)
    ours = f"cold {cold:,.0f} ms, warm {warm:,.0f} ms; CPU of the server {cpu_s:.1f} s"
    return Row(f"page: first paint, z{z}", f"{size}, load {load:.1f}", ours, "", "", goal)


def judged(goal, met):
    """A goal, and whether it was met."""
    return f"{goal}: {'met' if met else 'missed'}"


MILLION_GOALS_MS = {
    "box_ms": ("box of 300", 1),
    "page_ms": ("page of 1,000, any depth", 10),
    "item_ms": ("one feature", None),
    "idle_ms": ("idle, three filters, 100 rows", 50),
    "explain_ms": ("story at an old revision", 100),
}
"""What is asked of a million supplies, and in how many ms; one feature has no goal of its own."""


def million_line(scale):
    """Supplies imported into each kind of store, and asked as a server asks."""
    count = int(1_000_000 * min(scale, 1))
    size = f"{count:,} supplies"
    rows = []
    figures = measured("tests.bench.million:stores", "sqlite", "postgis", count, timeout_s=7_200)
    if "missing" in figures:  # the server did not start: nothing was imported yet
        rows.append(_missing("postgis: supplies", size, figures))
        figures = measured("tests.bench.million:stores", "sqlite", count, timeout_s=7_200)
    if "missing" in figures:
        return [*rows, _missing("sqlite: supplies", size, figures)]
    for kind, other in (("sqlite", None), ("postgis", figures["sqlite"])):
        rows += _of_million(kind, size, figures[kind], other) if kind in figures else []
    return rows


def _of_million(kind, size, figures, other):
    """The rows of one kind of store, with the wall clock against that of ``other``."""
    share, pieces = (figures[n] / figures["source_bytes"] for n in ("bytes", "cut_bytes"))
    spent = figures["import_s"]
    said = f"CPU {figures['import_cpu_s']:.0f} s, wall {spent:.0f} s"
    yield Row(f"{kind}: import", size, said, "", "", judged("< 360 s", spent < 360))
    facts = f"{share:.2f}x, pieces {pieces:.2f}x more"
    goal = judged("< 4x without pieces", share < 4)
    yield Row(f"{kind}: facts against GeoPackage", size, facts, "", "", goal)
    for name, (what, most) in MILLION_GOALS_MS.items():
        cpu, wall = figures[name]
        ours = f"CPU {cpu:.2f} ms, wall {wall:.2f} ms"
        if other is None:
            goal = judged(f"< {most} ms", wall < most) if most else ""
            yield Row(f"{kind}: {what}", size, ours, "", "", goal)
            continue
        first = other[name][1]
        peer, ratio = f"SQLite wall {first:.2f} ms", f"{wall / first:.2f}"
        goal = judged("<= 2.00", wall <= 2 * first) if most else ""
        yield Row(f"{kind}: {what}", size, ours, peer, ratio, goal)


LINES = {
    "store": store_line,
    "million": million_line,
    "area": area_line,
    "cut": cut_line,
    "any-date": any_date_line,
    "recut": recut_line,
    "province": province_line,
    "determine": determine_line,
    "import": import_line,
    "tiles": tiles_line,
    "page": page_line,
}


def told(row):
    """One row of a Markdown table."""
    return f"| {' | '.join(row)} |"


def table(rows):
    """The rows as a table in Markdown."""
    return "\n".join([told(Row._fields), "|---" * len(Row._fields) + "|", *map(told, rows)])
