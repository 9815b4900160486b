"""Local rules: off by default, every one marked, and none changes a number."""

from datetime import date

import pandas as pd
import pytest

from landgis.determine import assess
from landgis.readers.rules import known_rules, load_rules
from landgis.statute import RestrictionRule
from tests.law import layers, supply

LOCAL = ("hainan", "henan", "shanghai")


def test_the_local_folders_are_there_and_off_by_default():
    assert set(known_rules()) == {"national", *LOCAL}
    assert not [rule for rule in load_rules().rules if rule.id.startswith(LOCAL)]


@pytest.mark.parametrize("name", LOCAL)
def test_every_local_rule_says_that_it_must_be_checked_and_computes_nothing(name):
    both = load_rules(("national", name))
    mine = [rule for rule in both.rules if rule.id.startswith(name)]
    assert len(mine) == 2
    for rule in mine:
        assert isinstance(rule, RestrictionRule)
        assert "使用前核对" in rule.zh
        assert not any(citation.is_checked for citation in rule.citations)
    held = layers([supply()])
    on = date(2024, 1, 1)
    plain, local = (assess(held, book, on).supplies for book in (load_rules(), both))
    pd.testing.assert_frame_equal(plain, local)
