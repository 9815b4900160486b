"""The map to print: paper, scale, bar and graticule in figures, and the files themselves."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pyproj
import pytest
import shapely
from PIL import Image

from landgis.cli import run
from landgis.errors import UsageError
from landgis.measure import transform
from maps import sheet
from maps.colours import COLOURS
from maps.naming import beside, within
from maps.paper import MARGIN_MM, Frame, Paper, bar_m, frame, graticule, layout, round_scale
from maps.sheet import NoFont, Sheet, printed
from maps.statistics import statistics
from maps.view import day, ground, view
from tests.conftest import square
from tests.town import HOSTILE, town

SIZES = {("A4", True): (297, 210), ("A4", False): (210, 297),
         ("A3", True): (420, 297), ("A3", False): (297, 420)}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def drawn(folder):
    taken = town(folder)
    seen = view(day(taken), {})
    place = layout(Paper.A4, landscape=True)
    shown = frame(np.array(square(-300, -300, 900).bounds), place.map)
    said = statistics(ground(taken), seen)
    return Sheet(seen, said, place, shown, "zh", "存量土地 $\\frac{1}{$ " + HOSTILE)


@pytest.mark.parametrize(("paper", "landscape"), SIZES)
def test_everything_stands_on_the_paper_and_apart(paper, landscape):
    made = layout(Paper(paper), landscape=landscape)
    assert (made.width, made.height) == SIZES[paper, landscape]
    page = shapely.box(MARGIN_MM, MARGIN_MM, made.width - MARGIN_MM, made.height - MARGIN_MM)
    boxes = [shapely.box(b.x, b.y, b.x + b.width, b.y + b.height) for b in (made.map, made.legend)]
    assert all(page.contains(b) for b in boxes)
    assert not boxes[0].intersects(boxes[1])
    assert boxes[0].area > 0.4 * page.area


@pytest.mark.parametrize(
    ("least", "scale"),
    [(999, 1000), (1000, 1000), (1001, 1250), (8001, 10_000), (273_000, 300_000)],
)  # fmt: skip
def test_scales_are_round(least, scale):
    assert round_scale(least) == scale


def test_a_millimetre_on_paper_is_the_scale_on_the_ground():
    box = layout(Paper.A3, landscape=False).map
    shown = frame(np.array([0, 0, 9_000, 20_000]), box)
    assert (shown.east - shown.west) / box.width == pytest.approx(shown.scale / 1000)
    assert (shown.north - shown.south) / box.height == pytest.approx(shown.scale / 1000)
    assert shown.west < 0 < 9_000 < shown.east
    assert shown.south < 0 < 20_000 < shown.north


def test_land_of_one_point_still_has_a_scale():
    box = layout(Paper.A4, landscape=True).map
    shown = frame(np.array([5, 5, 5, 5]), box)
    assert shown.east - shown.west >= 400


@pytest.mark.parametrize(
    ("scale", "bar"), [(1000, 20), (25_000, 1000), (300_000, 10_000), (200_000, 5000)]
)
def test_the_scale_bar_is_round_and_fits(scale, bar):
    assert bar_m(scale, 45) == bar
    assert bar * 1000 / scale <= 45


def test_the_graticule_is_where_the_degrees_are():
    shown = frame(np.array(square(-300, -300, 9000).bounds), layout(Paper.A4, landscape=True).map)
    lines = graticule(shown, 4547)
    upright = [line for line in lines if line.upright]
    assert 2 <= len(upright) <= 8
    back = pyproj.Transformer.from_crs(4547, 4490, always_xy=True)
    for line in lines:
        east, north = back.transform(line.xy[:, 0], line.xy[:, 1])
        same = east if line.upright else north
        degrees, _, rest = line.label[:-1].partition("°")
        minutes, _, seconds = rest.partition("′")
        said = int(degrees) + int(minutes or 0) / 60 + int(seconds.strip("″") or 0) / 3600
        assert same == pytest.approx(said, abs=1e-9)


SHOWN = Frame(0, 0, 30_000, 20_000, 100_000)
NOTHING = np.empty((0, 4))


def filled(names, size=8):
    """The boxes of names as they are written."""
    boxes = []
    for one in names:
        high = size * 25.4 / 72 * 100
        wide = high * len(one.text)
        boxes.append(shapely.box(one.x - wide / 2, one.y - high / 2, one.x + wide / 2,
                                 one.y + high / 2))  # fmt: skip
    return boxes


def test_names_of_parks_side_by_side_do_not_hide_each_other():
    parks = np.array(
        [shapely.box(9_000 + 1_100 * k, 9_000, 10_000 + 1_100 * k, 10_000) for k in range(4)]
    )
    texts = ["一二三四五六七八专业园区"] * 4
    names, taken = beside(texts, parks, 8, SHOWN, NOTHING)
    boxes = filled(names)
    assert len(names) == len(taken) == 4
    assert not any(a.intersects(b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert not any(box.intersects(park) for box in boxes for park in parks)


def test_the_name_of_a_district_stands_inside_and_off_its_park():
    district = shapely.box(5_000, 5_000, 14_000, 14_000)
    park = shapely.box(8_000, 8_000, 11_000, 11_000)
    land = shapely.bounds(np.array([park]))
    (name,), _ = within(["某某县"], np.array([district]), 8, SHOWN, NOTHING, land)
    (box,) = filled([name])
    assert district.contains(box)
    assert not park.intersects(box)


def test_of_names_that_cannot_be_told_apart_one_is_written():
    small = np.array([shapely.box(5_000, 5_000, 5_010, 5_010)] * 30)
    names, _ = within(["某某县"] * 30, small, 8, SHOWN, NOTHING, NOTHING)
    assert len(names) == 1


def test_a_picture_has_200_dots_an_inch_and_shows_every_stage(drawn):
    picture = Image.open(BytesIO(printed(drawn, "png"))).convert("RGB")
    assert picture.size == (int(297 / 25.4 * 200), int(210 / 25.4 * 200))
    box, dots = drawn.layout.map, 200 / 25.4
    top = drawn.layout.height - box.y - box.height
    corners = (box.x, top, box.x + box.width, top + box.height)
    land = np.asarray(picture.crop([int(c * dots) for c in corners])).reshape(-1, 3)
    for stage in ("used", "supplied_not_used", "acquired_not_supplied", "approved_not_acquired"):
        paint = [int(COLOURS[stage][k : k + 2], 16) for k in (1, 3, 5)]
        assert (land == paint).all(axis=1).sum() > 100, stage


def test_the_same_sheet_is_the_same_file_and_names_that_bite_are_text(drawn):
    once = printed(drawn, "pdf")
    assert once.startswith(b"%PDF")
    assert once == printed(drawn, "pdf")
    assert b"CreationDate" not in once
    assert once != printed(replace(drawn, title="另一张"), "pdf")


def test_without_chinese_letters_it_says_which_font_to_install(drawn, monkeypatch):
    monkeypatch.setattr(sheet, "FONTS", ("No Such Family",))
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        printed(drawn, "png")


def test_the_command_writes_a_pdf_of_a_part_on_the_paper_asked_for(folder, drawn):
    out = folder / "map.pdf"
    corner = transform(np.array([square(0, 0, 200)]), 4547, 4490)[0].bounds
    line = ["map", "--store", str(folder / "town.db"), "--on", "2020-06-01", "--pdf", str(out)]
    run([*line, "--paper", "A3", "--portrait", "--bbox", ",".join(map(str, corner))])
    content = out.read_bytes()
    assert b"/MediaBox [ 0 0 841.8897637795 1190.5511811024 ]" in content
    with pytest.raises(UsageError, match="nothing to write"):
        run(line[:-2])
    with pytest.raises(UsageError, match="no district"):
        run([*line, "--district", "nowhere"])
