"""Write the files of a made-up city: ``python data/municipality.py --out data/out/source``.

A land bureau's twenty years, from a seed: the same seed gives the same bytes. No person, company
or parcel in it is real.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd
import shapely
from buildings import build
from contracts import sell
from files import write
from flaws import Flaws, spoil
from land import prepare
from plan import draw
from records import CAUSES, STATUSES, amendments, delays, holders
from releases import release, reserve
from tables import FILES, commands, first_row


def city(seed: int) -> dict[str, pd.DataFrame]:
    """The tables of the city by their names in ``tables.FILES``, without a flaw."""
    plan = draw(seed)
    ground, releases = release(prepare(plan, seed), seed)
    supplies = sell(plan, ground, seed)
    reserves = reserve(ground, supplies, seed)
    footprints = build(plan, ground, supplies, seed)
    drawn = ~shapely.is_missing(supplies.geometry.to_numpy())
    return {
        "districts": plan.districts,
        "parks": plan.parks,
        "approvals": ground.approvals,
        "releases": releases,
        "acquisitions": ground.acquisitions,
        "reserves": reserves,
        "supplies": supplies[drawn].reset_index(drop=True),
        "papers": pd.DataFrame(supplies[~drawn].drop(columns="geometry")).reset_index(drop=True),
        "footprints": footprints,
        "amendments": amendments(supplies, seed),
        "holders": holders(supplies, seed),
        "delays": delays(supplies, plan.districts, seed),
    }


def planted(flaws: Flaws) -> list[dict[str, object]]:
    """The list of what is wrong on purpose, with file and row of each."""
    out = []
    for row in flaws.rows:
        file = FILES[row["table"]]
        place = {"layer": file.layer, "file": file.name, "row": row["at"] + first_row(file)}
        kept = {k: v for k, v in row.items() if k not in ("table", "at")}
        out.append({"kind": kept.pop("kind"), **place, **kept})
    return out


def summary(tables: dict[str, pd.DataFrame], folder: Path) -> str:
    """One line a file: its name, rows and what it is imported as."""
    lines = [
        f"{file.layer:<13}{len(tables[key]):>6}  {file.name} {file.part}".rstrip()
        for key, file in FILES.items()
    ]
    return "\n".join([*lines, f"-> {folder}"])


def main() -> None:
    """Write the city."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("data/out/source"))
    parser.add_argument("--seed", type=int, default=38)
    asked = parser.parse_args()
    tables = city(asked.seed)
    zh = {code: name for code, name, *_ in (*CAUSES, *STATUSES)}
    for column in ("cause", "status"):
        tables["delays"][column] = tables["delays"][column].map(zh)
    flaws = spoil(tables, asked.seed)
    write(flaws.tables, flaws.texts, asked.out)
    listed = json.dumps(planted(flaws), ensure_ascii=False, indent=1)
    (asked.out / "planted.json").write_text(listed + "\n", encoding="utf-8")
    (asked.out / "imports.txt").write_text(commands(), encoding="utf-8")
    print(summary(flaws.tables, asked.out))


if __name__ == "__main__":
    main()
