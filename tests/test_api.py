"""The web application over real HTTP: the lists of the command line, paged, dated and guarded."""

import csv
import io
import json
import re
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import openpyxl
import pytest
import uvicorn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api import problems
from api.app import create_app
from api.cli import listening
from api.problems import MEDIA_TYPE, status_of
from api.settings import Settings
from landgis import cli, errors, inventory, issues
from landgis.intake import finish_cut
from landgis.ledger import ledger
from landgis.rulebook import parse
from landgis.stations import Source
from landgis.store import Delivery, open_store
from maps.page import SCRIPTS
from tests.conftest import square
from tests.town import HOSTILE, ON, ROWS, RULES
from tests.worlds import layer

FIRST = "4107022012B00001"
API = "/api/v1"
SAFE = {name.lower(): value for name, value in problems.SAFE.items()}
MORE = [
    {
        "supply_id": f"X{i:03}/甲",
        "supplied_on": "2012-01-01",
        "agreed_start_on": "2013-01-31",
        "price_fen": 100_00 * i,
        "geometry": square(-300 + 5 * i, 600, 4),
    }
    for i in range(30)
]


def deliver(path, *, full=False, **rows):
    store = open_store(path, create=True)
    for name, some in rows.items():
        delivery = Delivery(layer(name, *some), issues.empty(), Source(f"{name}.csv", "0", "CSV"))
        store.record([delivery], full=full)
    finish_cut(store)
    store.close()


@contextmanager
def serving(path, **more):
    """A server of the store in a thread of its own, on a port of its own."""
    app = create_app(Settings(store=str(path), today=lambda: ON, **more))
    listener = listening(0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=600
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=120)
        listener.close()


def free_port():
    """A port at which nobody answers yet."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("api") / "town.db"
    deliver(path, **{**ROWS, "supplies": [*ROWS["supplies"], *MORE]})
    return path


@pytest.fixture(scope="module")
def client(store):
    with serving(store) as opened:
        yield opened


@pytest.fixture(scope="module")
def taken(store):
    opened = open_store(store)
    yield inventory.take(opened, ON, rulebook=RULES)
    opened.close()


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [item["supply_id"] for item in answer.json()["items"]]


def refused(answer, status=400):
    """The problem of a refused request, which tells nothing of the inside."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == MEDIA_TYPE
    problem = answer.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "detail_zh"} <= set(problem)
    assert not re.search(r"Traceback|\.py|site-packages|sqlite|/home|/tmp|/root", answer.text)
    return problem["detail"]


# -- the list of idle parcels -------------------------------------------------------------------


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"standing": "all"},
        {"outcome": "reclaim"},
        {"standing": "all", "district": "红旗区", "sort": "-area_m2"},
        {"q": "纤维"},
        {"min-area-m2": "5000"},
        {"bbox": "113,30,115,40"},
    ],
)
def test_the_csv_is_what_the_command_line_prints(client, store, filters, tmp_path):
    out = tmp_path / "idle.csv"
    said = [part for name, value in filters.items() for part in (f"--{name}", value)]
    cli.run(["idle", "--store", str(store), "--on", str(ON), *said, "-o", str(out)])
    asked = {name.replace("-", "_"): value for name, value in filters.items()}
    answer = client.get(f"{API}/idle-parcels", params={**asked, "f": "csv"})
    assert answer.content == out.read_bytes()
    assert answer.content.startswith("\N{BOM}".encode())


def test_json_csv_geojson_and_xlsx_list_the_same_rows(client):
    asked = {"standing": "all"}
    listed = ids(client.get(f"{API}/idle-parcels", params=asked))
    text = client.get(f"{API}/idle-parcels", params={**asked, "f": "csv"}).content.decode(
        "utf-8-sig"
    )
    assert [row["supply_id"].strip("\t") for row in csv.DictReader(io.StringIO(text))] == listed
    shapes = client.get(f"{API}/idle-parcels", params={**asked, "f": "geojson"}).json()
    assert [f["id"] for f in shapes["features"]] == listed
    book = client.get(f"{API}/idle-parcels", params={**asked, "f": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == listed


def test_long_numbers_stay_text_in_a_spreadsheet(client):
    book = client.get(f"{API}/idle-parcels", params={"f": "xlsx", "q": FIRST})
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == (FIRST, "s")


def test_the_answer_says_for_which_date_and_state_of_the_record_it_holds(client, taken):
    body = client.get(f"{API}/idle-parcels").json()
    assert list(body) == ["on", "known", "data_as_of", "items", "next"]
    assert (body["on"], body["known"]) == (str(ON), taken.known)
    assert body["data_as_of"] == taken.known_at.isoformat()


def test_an_earlier_date_has_its_own_answer(client):
    assert FIRST in ids(client.get(f"{API}/idle-parcels"))
    assert FIRST not in ids(client.get(f"{API}/idle-parcels", params={"on": "2013-06-01"}))


def test_an_earlier_revision_is_answered_by_the_rules_it_had(tmp_path):
    path = tmp_path / "ruled.db"
    deliver(path, supplies=MORE[:1])
    store = open_store(path)
    old = parse(RULES.text.replace("order53-14-1", "order53-14-1-old"), "old.toml")
    then = store.adopt(old).rev
    now = store.adopt(RULES).rev
    store.close()
    with serving(path) as client:

        def rules(**asked):
            items = client.get(f"{API}/idle-parcels", params=asked).json()["items"]
            return items[0]["rules"]

        assert "order53-14-1-old" in rules(known=str(then))
        assert "order53-14-1-old" not in rules(known=str(now))
        assert rules() == rules(known=str(now))


def test_before_anything_was_recorded_the_list_is_empty(client):
    assert ids(client.get(f"{API}/idle-parcels", params={"known": "0"})) == []


# -- pages --------------------------------------------------------------------------------------


def pages(client, path, **asked):
    answer = client.get(path, params=asked)
    yield answer
    while (cursor := answer.json()["next"]) is not None:
        answer = client.get(path, params={"cursor": cursor})
        yield answer


@pytest.mark.parametrize("sort", ["supply_id", "-price_yuan", "district,-supply_id", "next_on"])
@pytest.mark.parametrize("limit", ["3", "100"])
def test_pages_together_are_the_whole_list(client, sort, limit):
    whole = ids(client.get(f"{API}/idle-parcels", params={"standing": "all", "sort": sort}))
    found = pages(client, f"{API}/idle-parcels", standing="all", sort=sort, limit=limit)
    assert [one for page in found for one in ids(page)] == whole


def test_filters_may_be_repeated_with_the_cursor_but_not_changed(client):
    asked = {"standing": "all", "limit": "5"}
    cursor = client.get(f"{API}/idle-parcels", params=asked).json()["next"]
    again = client.get(f"{API}/idle-parcels", params={**asked, "cursor": cursor})
    assert len(ids(again)) == 5
    for other in ({"standing": "idle"}, {"q": "x"}, {"on": "2019-01-01"}, {"known": "1"}):
        answer = client.get(f"{API}/idle-parcels", params={**asked, **other, "cursor": cursor})
        assert "another question" in refused(answer)


def test_the_link_header_leads_to_the_next_page_of_any_format(client):
    answer = client.get(f"{API}/idle-parcels", params={"f": "geojson", "limit": "3"})
    following = re.fullmatch(r'<(.+)>; rel="next"', answer.headers["link"]).group(1)
    page = client.get(following).json()
    assert page["type"] == "FeatureCollection"
    assert {f["id"] for f in page["features"]}.isdisjoint(
        f["id"] for f in answer.json()["features"]
    )


def test_a_list_read_while_the_record_changes_stays_what_it_was(tmp_path):
    path = tmp_path / "moving.db"
    deliver(path, supplies=MORE)
    with serving(path) as client:
        asked = {"standing": "all", "limit": "10"}
        first = client.get(f"{API}/idle-parcels", params=asked)
        etag = first.headers["etag"]
        deliver(path, full=True, supplies=MORE[:3])
        rest = pages(client, f"{API}/idle-parcels", cursor=first.json()["next"])
        assert len({one for page in [first, *rest] for one in ids(page)}) == len(MORE)
        fresh = client.get(f"{API}/idle-parcels", params=asked, headers={"If-None-Match": etag})
        assert len(ids(fresh)) == 3
        gone = f"{API}/supplies/{MORE[7]['supply_id']}"
        assert "known=1" in refused(client.get(gone), 410)
        assert client.get(gone, params={"known": "1"}).status_code == 200


# -- one supply ---------------------------------------------------------------------------------


def test_a_supply_has_its_row_its_record_and_its_outline(client):
    body = client.get(f"{API}/supplies/{FIRST}").json()
    assert body["item"]["standing"] == "idle"
    assert body["facts"]["agreed_start_on"] == "2013-05-31"
    assert body["geometry"]["type"] == "Polygon"
    west, south = body["geometry"]["coordinates"][0][0]
    assert 113 < west < 115
    assert 34 < south < 36


def test_a_supply_without_an_outline_has_none(client):
    assert client.get(f"{API}/supplies/4107022012B00004").json()["geometry"] is None


def test_an_id_with_a_slash_is_found(client):
    for path in ("", "/findings"):
        answer = client.get(f"{API}/supplies/X003%2F%E7%94%B2{path}")
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("lang", "word"), [("zh", "闲置"), ("en", "idle")])
def test_findings_carry_rules_citations_and_the_story(client, lang, word):
    body = client.get(f"{API}/supplies/{FIRST}/findings", params={"lang": lang}).json()
    assert {"reclaim", "fee"} & {item["outcome"] for item in body["items"]}
    assert body["citations"]
    assert word in json.dumps(body["sentences"], ensure_ascii=False)


@pytest.mark.parametrize(
    "name", ["nobody", "..%2F..%2Fetc%2Fpasswd", "%00", "x" * 5000, "' OR 1=1"]
)
@pytest.mark.parametrize("path", ["", "/findings"])
def test_a_supply_that_is_not_there_is_a_404(client, name, path):
    refused(client.get(f"{API}/supplies/{name}{path}"), 404)


# -- stock, ledger, history, the record ---------------------------------------------------------


def test_stock_lists_what_the_inventory_holds(client, taken):
    listed = [p for page in pages(client, f"{API}/stock", limit="2") for p in page.json()["items"]]
    assert [item["stock_id"] for item in listed] == list(inventory.stock(taken)["stock_id"])


@pytest.mark.parametrize("by", ["approval", "cohort", "district", "park"])
def test_the_ledger_is_the_ledger(client, taken, by):
    rows = client.get(f"{API}/ledger", params={"by": by}).json()["items"]
    table = ledger(taken.covers, ON, by)
    assert [row["key"] for row in rows] == list(table["key"])
    assert rows[-1]["approved_m2"] == pytest.approx(table["approved_m2"].iloc[-1])


def test_a_history_ends_with_the_ledger_of_its_last_date(client):
    asked = {"on": "2019-12-31", "since": "2010-12-31", "step": "year"}
    rows = client.get(f"{API}/history", params=asked).json()["items"]
    total = client.get(f"{API}/ledger", params={"on": "2019-12-31"}).json()["items"][-1]
    assert [row["on"] for row in rows] == [f"{year}-12-31" for year in range(2010, 2020)]
    assert rows[-1]["used_m2"] == pytest.approx(total["used_m2"])


def test_what_comes_next_is_a_calendar_of_all_rows(client):
    asked = {"standing": "all", "on": "2014-05-01", "next_before": "2015-01-01"}
    rows = client.get(f"{API}/idle-parcels", params=asked).json()["items"]
    answer = client.get(f"{API}/idle-parcels", params={**asked, "f": "ics", "limit": 10_000})
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert answer.content.count(b"BEGIN:VEVENT") == len(rows) > 0
    for row in rows:
        assert row["next_on"].replace("-", "").encode() in answer.content
    assert client.get(f"{API}/stock", params={"f": "ics"}).status_code == 400


@pytest.mark.parametrize("path", ["ledger", "history"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_ledger_and_history_come_as_files(client, path, form):
    answer = client.get(f"{API}/{path}", params={"f": form})
    assert answer.status_code == 200
    assert f".{form}" in answer.headers["content-disposition"]


def test_issues_can_be_filtered_and_paged(client):
    found = client.get(f"{API}/issues", params={"layer": "supplies", "limit": "2"}).json()
    assert {item["layer"] for item in found["items"]} == {"supplies"}
    assert found["next"]


def test_imports_tell_what_was_recorded_and_rules_what_is_in_force(client):
    revisions = client.get(f"{API}/imports").json()["items"]
    assert [r["rev"] for r in revisions] == list(range(len(ROWS), 0, -1))
    assert revisions[-1]["sources"][0]["name"] == "districts.csv"
    early = client.get(f"{API}/rules", params={"on": "2012-06-30"}).json()["items"]
    assert not any(r["in_force"] for r in early if r["rule"].startswith("order53"))


def test_every_column_of_the_list_is_described(client):
    described = {item["name"] for item in client.get(f"{API}/fields").json()["items"]}
    for path in ("idle-parcels", "stock", "ledger"):
        rows = client.get(f"{API}/{path}", params={"limit": "1"} if path != "ledger" else {})
        assert set(rows.json()["items"][0]) <= described


# -- what is asked wrongly ----------------------------------------------------------------------

WRONG = [
    ("idle-parcels", "foo=1"),
    ("idle-parcels", "on=2020-02-30"),
    ("idle-parcels", "on=today"),
    ("idle-parcels", "on=2020-01-01&on=2021-01-01"),
    ("idle-parcels", "known=999"),
    ("idle-parcels", "known=" + "9" * 299),
    ("idle-parcels", "known=-1"),
    ("idle-parcels", "known=0001-01-01T00:00:00%2B08:00"),
    ("idle-parcels", "standing=busy"),
    ("idle-parcels", "outcome=,"),
    ("idle-parcels", "outcome="),
    ("idle-parcels", "outcome=reclaim,,fee"),
    ("idle-parcels", "district="),
    ("idle-parcels", "sort="),
    ("idle-parcels", "min_area_m2="),
    ("stock", "stage=,acquired_not_supplied"),
    ("idle-parcels", "min_area_m2=nan"),
    ("idle-parcels", "min_area_m2=1e999"),
    ("idle-parcels", "min_full_years=-1"),
    ("idle-parcels", "bbox=1,2,3"),
    ("idle-parcels", "bbox=a,b,c,d"),
    ("idle-parcels", "bbox=inf,0,1,1"),
    ("idle-parcels", "sort=geometry"),
    ("idle-parcels", "sort=__class__"),
    ("idle-parcels", "limit=0"),
    ("idle-parcels", "limit=10001"),
    ("idle-parcels", "limit=%D9%A3%D9%A3x"),
    ("idle-parcels", "f=shp"),
    ("idle-parcels", "district=nowhere"),
    ("idle-parcels", "cursor=abc"),
    ("idle-parcels", "cursor=W10"),
    ("idle-parcels", "q=" + "x" * 301),
    ("stock", "stage=gone"),
    ("stock", "min_age_days=1.5"),
    ("ledger", "by=street"),
    ("ledger", "f=geojson"),
    ("history", "step=day"),
    ("history", "since=2021-01-01"),
    ("history", "since=1000-01-01&step=month"),
    ("issues", "sort=nothing"),
    ("rules", "country=fr"),
    ("imports", "on=2020-01-01"),
    ("fields", "x=1"),
    ("supplies/" + FIRST, "lang=zh"),
    ("supplies/" + FIRST + "/findings", "lang=fr"),
]


@pytest.mark.parametrize(("path", "asked"), WRONG)
def test_an_unknown_parameter_or_a_bad_value_is_a_problem(client, path, asked):
    assert refused(client.get(f"{API}/{path}?{asked}"))


@pytest.mark.parametrize(
    "forged",
    [
        ["2020-06-01", 1, True, {"inventory": "x"}, 5, FIRST],
        ["2020-06-01", 1, True, {"on": "2020-01-01"}, 5, FIRST],
        ["2020-06-01", 999, True, {}, 5, FIRST],
        ["2020-06-01", -1, True, {}, 5, FIRST],
        ["2020-06-01", 1, "x", {}, -5, FIRST],
        ["2020-06-01", 9, False, {}, 5, "nobody"],
        ["2020-06-01", "1; DROP TABLE", True, {}, 5, FIRST],
        [1, 2, 3],
        {"a": 1},
    ],
)
def test_a_forged_cursor_is_refused(client, forged):
    import base64

    cursor = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    refused(client.get(f"{API}/idle-parcels", params={"cursor": cursor}))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["on", "known", "bbox", "cursor", "sort", "limit", "q", "park", "min_area_m2"]),
    st.text(max_size=60),
)
@example("known", "0\x1f")
@example("known", "2020-01-01\x1f")
@example("known", "\u0663")
def test_no_text_whatever_breaks_the_server(client, name, text):
    answer = client.get(f"{API}/idle-parcels", params={name: text})
    assert answer.status_code in (200, 400), (name, text, answer.text)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_get_is_answered(client, method):
    answer = client.request(method, f"{API}/idle-parcels")
    assert refused(answer, 405)
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/v1", "/api/v2/stock", "/docs", "/redoc", "/static/../settings.py",
             "/static/%2e%2e/%2e%2e/pyproject.toml", "/static/nothing.js"]
)  # fmt: skip
def test_what_is_not_there_is_a_problem_with_status_404(client, path):
    refused(client.get(path), 404)


def test_a_page_under_another_name_cannot_read_this_server(client):
    for host in ("evil.example", "", "[", "127.0.0.1.evil.example:8000"):
        answer = client.get("/livez", headers={"Host": host})
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-frame-options"] == "DENY"


def test_a_very_long_address_is_refused_and_the_server_lives_on(client):
    assert client.get(f"{API}/idle-parcels?q=" + "x" * 60_000).status_code in (400, 414, 431)
    assert client.get("/livez").json() == {"status": "ok"}


# -- for machines -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["idle-parcels", "stock", "ledger", "history", f"supplies/{FIRST}"]
)
def test_what_has_not_changed_is_not_sent_again(client, path):
    first = client.get(f"{API}/{path}")
    etag = first.headers["etag"]
    for held in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(f"{API}/{path}", headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    other = client.get(
        f"{API}/{path}", params={"on": "2019-01-01"}, headers={"If-None-Match": etag}
    )
    assert other.status_code == 200


def test_openapi_describes_every_parameter_and_no_422(client):
    said = client.get(f"{API}/openapi.json").json()
    listed = said["paths"][f"{API}/idle-parcels"]["get"]
    names = {p["name"] for p in listed["parameters"]}
    assert {"on", "known", "district", "park", "standing", "outcome", "fault", "basis", "cause",
            "min_full_years", "min_area_m2", "max_area_m2", "land_use", "supply_year",
            "due_before", "next_before", "bbox", "q", "sort", "limit", "cursor", "f",
            } == names  # fmt: skip
    assert "422" not in json.dumps(said)
    assert listed["responses"]["200"]["content"]["application/json"]["example"]["items"]


def test_the_server_says_that_it_lives_and_can_answer(client):
    assert client.get("/livez").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["known"] == ready["head"] == len(ROWS)


def test_many_at_once_get_the_same_answer(client):
    def ask(k):
        path = ("idle-parcels", "stock", "ledger")[k % 3]
        return path, client.get(f"{API}/{path}", params={"on": "2018-07-01"}).content

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(24)))
    assert len(set(answers)) == 3


# -- the page -----------------------------------------------------------------------------------


def test_the_page_loads_nothing_from_elsewhere(client):
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    sources = re.findall(r'(?:src|href)="(?!data:|#)([^"]+)"', page.text)
    assert sources
    for source in sources:
        assert source.startswith("/static/")
        assert client.get(source).status_code == 200, source


def test_the_scripts_of_the_page_come_as_one_that_a_browser_may_keep_for_ever(client):
    name, *more = re.findall(r'src="(/static/page-[^"]+)"', client.get("/").text)
    assert more == []
    answer = client.get(name)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    for own in SCRIPTS[1:]:
        assert client.get(f"/static/{own}").text in answer.text
    assert client.get("/static/page-0123456789abcdef.js").status_code == 404


def test_the_page_reads_its_scene_and_cards_for_one_date_and_revision(client, taken):
    asked = {"on": "2018-07-01", "known": str(taken.known)}
    page = client.get("/", params=asked).text
    settings = json.loads(re.search(r'id="landgis-settings">(.*?)</script>', page)[1])
    assert settings["pinned"] == asked
    scene = client.get("/map/scene", params={"on": "2018-07-01"})
    assert scene.json()["on"] == "2018-07-01"
    card = client.get("/map/card", params={"key": f"supplies:{FIRST}"}).json()
    assert card["id"] == FIRST
    refused(client.get("/map/card", params={"key": "supplies:none"}), 404)


def test_names_that_bite_are_data_and_never_markup(client):
    assert HOSTILE not in client.get("/").text
    named = ids(client.get(f"{API}/idle-parcels", params={"q": "<script>"}))
    assert named == ["4107022017B00002"]
    answer = client.get(f"{API}/idle-parcels")
    assert answer.headers["x-content-type-options"] == "nosniff"


# -- the commands -------------------------------------------------------------------------------


@pytest.fixture
def landgis(monkeypatch, capsys):
    """Types one command line; gives its exit status and what it said on standard error."""

    def typed(*arguments):
        monkeypatch.setattr(sys, "argv", ["landgis", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().err.strip()

    return typed


def test_serve_refuses_another_host(landgis, store):
    status, said = landgis("serve", "--store", str(store), "--host", "0.0.0.0", "--lang", "en")
    assert status == 2
    assert "127.0.0.1" in said
    assert len(said.splitlines()) == 1


def test_a_taken_port_is_one_sentence_and_status_1(landgis, store):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        status, said = landgis("serve", "--store", str(store), "--port", port, "--lang", "en")
    assert status == 1
    assert "choose another with --port" in said
    assert len(said.splitlines()) == 1


def test_serve_without_a_store_is_one_sentence(landgis, tmp_path):
    status, said = landgis("serve", "--store", str(tmp_path / "none.db"))
    assert status == 1
    assert len(said.splitlines()) == 1


def test_serve_answers_at_its_port_until_it_is_told_to_end(store):
    port = free_port()
    command = [sys.executable, "-m", "landgis", "serve", "--store", str(store), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert str(port) in server.stderr.readline()
            assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=600).status_code == 200
        finally:
            server.terminate()
        assert server.wait(timeout=600) in (0, -15)


def test_the_demo_runs_the_lines_that_a_user_would_type(landgis, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "供地.csv").write_text(
        "电子监管号,项目名称,合同签订日期,约定开工时间,成交价格(万元)\n"
        "4107022012B00001,甲,2012-05-31,2013-05-31,100\n",
        encoding="gbk",
    )
    (source / "imports.txt").write_text("# 供地\nimport supplies 供地.csv\n", encoding="utf-8")
    out = tmp_path / "out" / "demo.db"
    status, said = landgis(
        "demo", "--source", str(source), "--store", str(out), "--no-serve", "--lang", "en"
    )
    assert status == 0, said
    assert "landgis import supplies 供地.csv" in said
    assert "reclaim: 1" in said
    store = open_store(out)
    assert store.head() == 1
    store.close()


def test_a_demo_without_its_files_says_how_to_make_them(landgis, tmp_path):
    status, said = landgis("demo", "--source", str(tmp_path), "--no-serve", "--lang", "en")
    assert status == 1
    assert "make sample" in said


# -- problems -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Gone, 410),
        (errors.NotFound, 404),
        (errors.UsageError, 400),
        (errors.UnknownCRS, 400),
        (errors.StoreError, 503),
        (errors.RulebookError, 500),
        (errors.PortTaken, 500),
    ],
)
def test_one_table_says_the_status_of_every_error(error, status):
    assert status_of(error("a", "b")) == status


def test_a_fault_of_ours_tells_nothing_of_the_inside(tmp_path):
    path = tmp_path / "broken.db"
    deliver(path, supplies=MORE[:1])
    with serving(path) as client:
        for ending in ("", "-wal", "-shm"):
            broken = Path(f"{path}{ending}")
            if broken.exists():
                broken.write_bytes(b"x" * 5000)
        assert client.get("/livez").status_code == 200
        answer = client.get(f"{API}/idle-parcels")
        assert answer.status_code in (500, 503)
        refused(answer, answer.status_code)
        assert SAFE.items() <= dict(answer.headers).items()
