"""A short walk through damaged files; ``make fuzz`` takes the long one."""

from tests.fuzz import fuzz


def test_no_damaged_file_is_a_traceback_a_hang_or_litter():
    outcomes, failures = fuzz(100, seed=1)
    assert failures == []
    assert sum(outcomes.values()) == 100
    assert min(outcomes["read"], outcomes["UnreadableFile"]) > 5
