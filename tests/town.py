"""A small town for the tests of the map: every stage, idle land, and names that bite."""

from datetime import date

from landgis import inventory, issues
from landgis.intake import finish_cut
from landgis.readers.rules import load_rules
from landgis.stations import Source
from landgis.store import Delivery, open_store
from tests.conftest import square
from tests.worlds import layer

ON = date(2020, 6, 1)
RULES = load_rules()

HOSTILE = """<script>alert(1)</script>`${7*7}`{{ 7*7 }}{% raw %}"'&amp;</style>--><!--\u2028"""
"""A name that would break out of a careless page."""

ROWS = {
    "districts": [
        {"district_code": "410702", "name": "红旗区", "geometry": square(-500, -500, 1000)},
        {"district_code": "410703", "name": "卫滨区", "geometry": square(500, -500, 1000)},
    ],
    "parks": [{"park_id": "P1", "name": "绿色纤维专业园区", "geometry": square(-50, -50, 400)}],
    "approvals": [
        {"approval_id": "A1", "doc_no": "豫政土〔2010〕1号", "approved_on": "2010-03-01",
         "name": "2010年第一批次", "kind": "batch", "geometry": square(-300, -300, 900)},
    ],
    "releases": [
        {"release_id": "R1", "approval_id": "A1", "kind": "written_off",
         "decided_on": "2015-01-01", "geometry": square(-300, -300, 100)},
    ],
    "acquisitions": [
        {"acquisition_id": "Z1", "approval_id": "A1", "completed_on": "2011-01-01",
         "geometry": square(-100, -100, 600)},
    ],
    "supplies": [
        {"supply_id": "4107022012B00001", "project_name": "年产一万吨绿色纤维项目",
         "holder": "青禾化纤有限公司", "supplied_on": "2012-05-31", "price_fen": 1_234_567_89,
         "agreed_start_on": "2013-05-31", "delivered_on": "2012-07-01",
         "parcel_code": "410702001001GB00017", "location": "金穗大道以北", "land_use": "工业用地",
         "contract_no": "410702-CR-2012-0001", "geometry": square(0, 0, 100)},
        {"supply_id": "4107022017B00002", "project_name": HOSTILE, "holder": HOSTILE,
         "supplied_on": "2017-01-01", "price_fen": 50_000_000, "agreed_start_on": "2018-01-31",
         "geometry": square(100, 0, 100)},
        {"supply_id": "4107022013B00003", "project_name": "动力电池厂", "holder": "乙公司",
         "supplied_on": "2013-01-01", "agreed_start_on": "2014-01-01", "started_on": "2013-12-01",
         "completed_on": "2015-01-01", "declared_area_m2": 20_000.0,
         "geometry": square(200, 0, 100)},
        {"supply_id": "4107022012B00004", "project_name": "无图形项目", "holder": "丙公司",
         "supplied_on": "2012-01-01", "agreed_start_on": "2013-01-01", "declared_area_m2": 1000.0},
    ],
    "delays": [
        {"supply_id": "4107022012B00001", "cause": "plan_changed", "from_on": "2013-09-01",
         "until_on": "2014-02-28", "status": "verified", "evidence": "新政文〔2013〕88号"},
        {"supply_id": "4107022012B00001", "cause": "petition", "from_on": "2018-01-01",
         "until_on": "2018-03-01", "status": "verified"},
    ],
    "amendments": [
        {"supply_id": "4107022017B00002", "signed_on": "2017-12-01", "start_on": "2018-03-31",
         "ground": "规划调整"},
    ],
}  # fmt: skip


def town(folder):
    """The inventory of the town, by way of a real store."""
    store = open_store(folder / "town.db", create=True)
    for name, rows in ROWS.items():
        source = Source(f"{name}.csv", "0", "CSV")
        store.record([Delivery(layer(name, *rows), issues.empty(), source)])
    finish_cut(store)
    taken = inventory.take(store, ON, rulebook=RULES)
    store.close()
    return taken
