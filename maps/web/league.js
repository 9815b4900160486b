// League: districts and parks in a table that sorts, and the stock of each over ten years.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, svg } = landgis.dom;
  const COLUMNS = ["name", "stock_m2", "idle_m2", "idle_count", "approved_m2"];
  const [WIDE, HIGH] = [104, 44];
  const state = { of: "district", by: "stock_m2", down: true };

  const hectares = (m2) => number(m2 / 1e4, 2);
  const label = (row) => (row.key === "none" ? t("league.none") : row.name);

  function sorted(rows) {
    const compare = (a, b) => (typeof a[state.by] === "number" ? a[state.by] - b[state.by] : label(a).localeCompare(label(b), "zh"));
    return [...rows].sort((a, b) => (state.down ? compare(b, a) : compare(a, b)));
  }

  function table(rows, redraw) {
    const press = (name) => { state.down = state.by === name ? !state.down : name !== "name"; state.by = name; redraw(); };
    const head = (name) => el("th", { scope: "col", class: name === "name" ? "" : "num", "aria-sort": state.by === name ? (state.down ? "descending" : "ascending") : "none" }, el("button", { type: "button", "data-sort": name, on: { click: () => press(name) } }, t(`league.${name}`)));
    const line = (row) => el("tr", { "data-key": row.key }, COLUMNS.map((name) => name === "name" ? el("th", { scope: "row" }, label(row)) : el("td", { class: "num", "data-column": name, "data-value": row[name] }, row[name] === null ? "" : name === "idle_count" ? number(row[name]) : hectares(row[name]))));
    return el("table", { class: "grid", id: "league" }, el("thead", {}, el("tr", {}, COLUMNS.map(head))), el("tbody", {}, rows.map(line)));
  }

  /** One small picture of the stock of a place, all at the scale of the largest. */
  function small(row, days, most) {
    const x = (i) => 2 + (i / (days.length - 1)) * (WIDE - 4);
    const y = (value) => HIGH - 3 - (most ? (value / most) * (HIGH - 8) : 0);
    const line = row.past.map((value, i) => `${x(i)},${y(value)}`).join(" ");
    const said = `${label(row)}${t("list.colon")}${days[0]} ${hectares(row.past[0])}, ${days.at(-1)} ${hectares(row.past.at(-1))} ${t("unit.hectares")}`;
    return el("figure", { class: "small", "data-key": row.key }, svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": said },
      svg("polygon", { class: "land", points: `2,${HIGH - 3} ${line} ${WIDE - 2},${HIGH - 3}` }), svg("polyline", { class: "edge", points: line })),
      el("figcaption", {}, label(row), " ", el("b", {}, hectares(row.past.at(-1)))));
  }

  /** The table, then the small multiples in the same order. */
  function league(data, _choose, redraw) {
    const rows = sorted(data.league[state.of]);
    const most = Math.max(0, ...rows.flatMap((row) => row.past));
    const button = (of) => el("button", { type: "button", "data-of": of, "aria-pressed": String(state.of === of), on: { click: () => { state.of = of; redraw(); } } }, t(`league.${of}`));
    const { days } = data.league;
    return [el("h2", {}, t("league.title")), el("div", { class: "scopes", role: "group", "aria-label": t("league.of") }, button("district"), button("park")), el("p", { class: "quiet" }, t("league.note")), table(rows, redraw),
      el("h2", {}, t("league.past", { from: days[0].slice(0, 4), to: days.at(-1).slice(0, 4) })), el("div", { class: "multiples" }, rows.map((row) => small(row, days, most)))];
  }

  landgis.league = league;
})((window.landgis = window.landgis || {}));
