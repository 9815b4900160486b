"""What every test may use: squares to build geometry from, the samples, and strictness."""

import os
from pathlib import Path

import pytest
import shapely
from hypothesis import settings

pytest_plugins = ["tests.postgres"]


def square(x, y, side):
    """A square with its lower left corner at x, y in metres of the working CRS near Xinxiang."""
    east, north = 490_000 + x, 3_900_000 + y
    return shapely.box(east, north, east + side, north + side)


REQUIRE_ALL = os.environ.get("LANDGIS_REQUIRE_ALL") == "1"

# A busy machine is no failure: no example has a deadline. Where a failure blocks everybody the
# same examples are tried each time, elsewhere new ones.
settings.register_profile("landgis", deadline=None, derandomize=REQUIRE_ALL)
settings.load_profile("landgis")


@pytest.fixture(scope="session")
def samples():
    """The folder of sample input; skips with the reason where there is none."""
    folder = os.environ.get("LANDGIS_SAMPLES")
    if not folder or not Path(folder).is_dir():
        pytest.skip("no samples: set LANDGIS_SAMPLES to their folder")
    return Path(folder)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """With LANDGIS_REQUIRE_ALL=1 a skipped test is a failure."""
    outcome = yield
    report = outcome.get_result()
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although LANDGIS_REQUIRE_ALL=1: {call.excinfo.value}"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """What the tests keep between two answers is theirs, and gone after them."""
    before = os.environ.get("LANDGIS_CACHE")
    os.environ["LANDGIS_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["LANDGIS_CACHE"]
    else:
        os.environ["LANDGIS_CACHE"] = before
