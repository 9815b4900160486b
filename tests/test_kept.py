"""What a server keeps in memory: made once, the least used thrown away, no trace of failures."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.kept import Kept


def test_the_least_used_goes_when_there_is_no_room():
    kept = Kept(2)
    made = []

    def ask(name):
        return kept.get(name, lambda: made.append(name) or name)

    for name in "abacab":
        assert ask(name) == name
    assert made == ["a", "b", "c", "b"]


def test_room_is_counted_in_what_each_takes_and_the_last_always_stays():
    kept = Kept(10, len)
    for text in ("aaaa", "bbbb", "cccc", "d" * 50):
        kept.get(text, lambda text=text: text)
    assert kept.peek("cccc") is None
    assert kept.peek("d" * 50) == "d" * 50
    kept.get("e", lambda: "e")
    assert kept.peek("d" * 50) is None


def test_many_who_ask_at_once_get_one_answer_made_once():
    kept, calls, wait = Kept(4), [], threading.Event()

    def make():
        calls.append(1)
        wait.wait(60)
        return object()

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(kept.get, "key", make) for _ in range(8)]
        wait.set()
        answers = {id(one.result(60)) for one in asked}
    assert len(answers) == len(calls) == 1


def test_one_slow_answer_does_not_hold_up_another():
    kept, wait = Kept(4), threading.Event()
    slow = threading.Thread(target=kept.get, args=("slow", lambda: wait.wait(60)))
    slow.start()
    assert kept.get("quick", lambda: "at once") == "at once"
    wait.set()
    slow.join(60)
    assert kept.peek("slow") is True


def test_a_failure_is_not_kept_and_leaves_nothing_behind():
    kept = Kept(4)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            kept.get("key", lambda: 1 // 0)
    assert kept.get("key", lambda: 7) == 7
    assert not kept._making
