"""One word in many rows."""

import pyarrow as pa
import pytest

from landgis.sametext import RUN, same_text


@pytest.mark.parametrize("size", [0, 1, RUN - 1, RUN, RUN + 1, 3 * RUN])
def test_the_word_stands_in_every_row(size):
    assert same_text("闲置", size).to_pylist() == ["闲置"] * size


def test_a_million_rows_hold_the_word_of_a_run():
    before = pa.total_allocated_bytes()
    held = same_text("x" * 100, 1_000_000)
    assert len(held) == 1_000_000
    assert pa.total_allocated_bytes() - before < 2 * RUN * 108
