"""What a server keeps: made once, the least used thrown away, no trace of failures."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api import desk as at_desk
from api.desk import Desk
from api.kept import Kept
from api.pages import scene_bytes
from api.settings import Settings
from tests.town import ON, town


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


def test_a_process_beside_makes_what_the_server_answers_from(tmp_path, monkeypatch):
    town(tmp_path)

    def scene(cache, **more):
        desk = Desk(Settings(store=str(tmp_path / "town.db"), cache=cache, **more))
        try:
            return scene_bytes(desk, desk.stand(ON, None))
        finally:
            desk.close()

    alone = scene(tmp_path / "alone")
    monkeypatch.setattr(at_desk, "MUCH", 0)
    assert scene(tmp_path / "beside", beside=True) == alone
    shelves = [place.name.partition("-")[0] for place in (tmp_path / "beside").rglob("*-*")]
    # Only the process beside makes the order of the list too.
    assert {"land", "day", "scene", "order"} <= set(shelves)
    assert not {"new", "making"} & set(shelves)
