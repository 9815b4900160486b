// Table: the stock parcels in view as rows that sort, open their card, and go into the basket.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, swatch } = landgis.dom;
  const { asked, lots, basket } = landgis;
  const SHOWN = 300;

  const term = (part, value) => (value ? t(`${part}.${value}`) : "");
  const numbers = (digits) => (value) => (value === null || value === undefined ? "" : number(value, digits));
  const COLUMNS = [
    { name: "name", show: (row) => row.name || t("card.unnamed") },
    { name: "stage", show: (row) => [swatch(landgis.looks.of(row.stage)), term("stage", row.stage)] },
    { name: "district" }, { name: "park" },
    { name: "mu", number: numbers(2) }, { name: "since_on" },
    { name: "standing", show: (row) => term("standing", row.standing) },
    { name: "outcome", show: (row) => (row.outcome ? el("em", { class: `tag ${row.outcome}` }, term("outcome", row.outcome)) : "") },
    { name: "full_years", number: numbers(0) }, { name: "land_use" }, { name: "holder" },
  ];

  /** Rows by a column, upwards or down; what is empty comes last either way. */
  function sorted(rows, { by, down }) {
    const empty = (value) => value === null || value === undefined || value === "";
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "zh"));
    return [...rows].sort((one, two) => {
      const [a, b] = [one[by], two[by]];
      if (empty(a) || empty(b)) return empty(a) - empty(b);
      return down ? compare(b, a) : compare(a, b);
    });
  }

  /** What the table lists: stock in view, or the stages that the filter names. */
  const listed = () => lots.view().lots.filter((row) => asked.of("stage") || lots.isStock(row));

  function head(column, state) {
    const press = () => { state.down = state.by === column.name ? !state.down : Boolean(column.number); state.by = column.name; state.draw(); document.querySelector(`#drawer [data-sort=${column.name}]`).focus(); };
    const now = state.by === column.name ? (state.down ? "descending" : "ascending") : "none";
    return el("th", { scope: "col", "aria-sort": now, class: column.number ? "num" : "" },
      el("button", { type: "button", "data-sort": column.name, on: { click: press } }, t(`table.${column.name}`), now === "none" ? "" : now === "ascending" ? " ▲" : " ▼"));
  }

  function line(row, choose) {
    const pick = el("input", { type: "checkbox", checked: basket.has(row.key), disabled: !row.key, "aria-label": t("basket.add", { name: row.name || row.key }),
      on: { change: (event) => basket.toggle(row.key, event.target.checked) } });
    const open = () => row.key && choose(row.key, true);
    const cell = (column, i) => {
      const value = column.number ? column.number(row[column.name]) : column.show ? column.show(row) : row[column.name] || "";
      if (i === 0) return el("th", { scope: "row" }, el("button", { type: "button", title: row.name, on: { click: (event) => { event.stopPropagation(); open(); } } }, value));
      return el("td", { class: column.number ? "num" : "", "data-column": column.name }, value);
    };
    return el("tr", { "data-key": row.key, on: { click: (event) => { if (!event.target.closest("input, label")) open(); } } },
      el("td", {}, pick), COLUMNS.map(cell));
  }

  function bar(state, rows) {
    const { area } = lots.sum(rows);
    const press = () => { state.open = !state.open; state.draw(); document.getElementById("drawer-fold").focus(); };
    return el("header", {}, el("button", { type: "button", id: "drawer-fold", "aria-expanded": String(state.open), "aria-controls": "rows", on: { click: press } }, state.open ? "▾ " : "▴ ", t("table.title")),
      el("span", { id: "table-count" }, el("b", {}, number(rows.length)), ` ${t("unit.parcels")} `, el("b", {}, number(area.hectares, 2)), ` ${t("unit.hectares")} `, el("b", {}, number(area.mu, 2)), ` ${t("unit.mu")}`),
      rows.length > SHOWN && state.open ? el("span", { class: "quiet" }, t("table.more", { n: SHOWN })) : null, basket.summary());
  }

  /** Draws the drawer below the map; a click on a row calls `choose(key, true)`. */
  function table(choose) {
    const place = document.getElementById("drawer");
    if (!lots.known()) { place.hidden = true; return; }
    const state = { open: false, by: "mu", down: true };
    state.draw = () => {
      const rows = listed();
      const top = place.querySelector(".rows")?.scrollTop || 0;
      const body = state.open ? el("div", { class: "rows", id: "rows", tabindex: "0", role: "region", "aria-label": t("table.title") }, el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), COLUMNS.map((column) => head(column, state)))),
        el("tbody", {}, sorted(rows, state).slice(0, SHOWN).map((row) => line(row, choose))))) : null;
      place.replaceChildren(...[bar(state, rows), body].filter(Boolean));
      if (body) body.scrollTop = top;
    };
    landgis.words.listen(state.draw);
    lots.listen(state.draw);
    basket.listen(state.draw);
    state.draw();
  }

  landgis.table = table;
})((window.landgis = window.landgis || {}));
