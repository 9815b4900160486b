// Table: the stock parcels in view as rows that sort, open their card, and go into the basket.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, swatch, refill } = landgis.dom;
  const { lots, basket, page } = landgis;

  const term = (part, value) => (value ? t(`${part}.${value}`) : "");
  const numbers = (digits) => (value) => (value === null || value === undefined ? "" : number(value, digits));
  const COLUMNS = [
    { name: "name", show: (row) => row.name || t("card.unnamed") },
    { name: "stage", show: (row) => [swatch(landgis.looks.of(row.stage)), term("stage", row.stage)] },
    { name: "district" }, { name: "park", show: (row) => row.parks.join(t("list.semicolon")) },
    { name: "mu", number: numbers(2) }, { name: "since_on" },
    { name: "standing", show: (row) => term("standing", row.standing) },
    { name: "outcome", show: (row) => (row.outcome ? el("em", { class: `tag ${row.outcome}` }, term("outcome", row.outcome)) : "") },
    { name: "full_years", number: numbers(0) }, { name: "land_use" }, { name: "holder" },
  ];

  function head(column, state) {
    const press = () => { state.sort(column.name, state.by === column.name ? !state.down : Boolean(column.number)); };
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
      const title = typeof value === "string" && value ? value : null;
      if (i === 0) return el("th", { scope: "row" }, el("button", { type: "button", title, on: { click: (event) => { event.stopPropagation(); open(); } } }, value));
      return el("td", { class: column.number ? "num" : "", "data-column": column.name, title }, value);
    };
    return el("tr", { "data-key": row.key, on: { click: (event) => { if (!event.target.closest("input, label")) open(); } } },
      el("td", {}, pick), COLUMNS.map(cell));
  }

  /** All that is listed, as files of the server; nothing in a file on disk. */
  function files(state) {
    if (!landgis.source.served() || !state.open) return null;
    return el("span", { class: "files" }, ["xlsx", "csv"].map((form) => el("a", { class: "plain", "data-form": form, href: page.file(state, form), download: true }, t(`table.${form}`))));
  }

  function bar(state, found) {
    const press = () => { state.open = !state.open; state.draw(); };
    const count = found ? [el("b", {}, number(found.count)), ` ${t("unit.parcels")} `, el("b", {}, number(found.area.hectares, 2)), ` ${t("unit.hectares")} `, el("b", {}, number(found.area.mu, 2)), ` ${t("unit.mu")}`] : [t("page.loading")];
    return el("header", {}, el("button", { type: "button", id: "drawer-fold", "aria-expanded": String(state.open), "aria-controls": "rows", on: { click: press } }, state.open ? "▾ " : "▴ ", t("table.title")),
      el("span", { id: "table-count", role: "status" }, count), files(state), basket.summary());
  }

  function body(state, found, choose) {
    const more = found && found.rows.length < found.count ? el("p", { class: "rest" }, t("next.more", { n: number(found.count), m: number(found.rows.length) }), " ",
      el("button", { type: "button", class: "plain", id: "table-more", disabled: found.waiting, on: { click: () => page.more(state) } }, t("table.further"))) : null;
    return el("div", { class: "rows", id: "rows", tabindex: "0", role: "region", "aria-label": t("table.title") }, el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), COLUMNS.map((column) => head(column, state)))),
      el("tbody", {}, found ? found.rows.map((row) => line(row, choose)) : [])), found && !found.count ? el("p", { class: "rest" }, t("figures.none")) : more);
  }

  /** Draws the drawer below the map; a click on a row calls `choose(key, true)`. */
  function table(choose) {
    const place = document.getElementById("drawer");
    if (!lots.known() && !lots.far()) { place.hidden = true; return; }
    const state = { open: false, by: "mu", down: true, pages: 1, shown: null };
    state.sort = (by, down) => { Object.assign(state, { by, down, pages: 1 }); state.draw(); };
    state.draw = () => {
      const found = page.listed(state);
      const top = place.querySelector(".rows")?.scrollTop || 0;
      const rows = state.open ? body(state, found, choose) : null;
      refill(place, () => [bar(state, found), rows]);
      if (rows) rows.scrollTop = top;
    };
    landgis.words.listen(state.draw);
    lots.listen(state.draw);
    basket.listen(state.draw);
    state.draw();
  }

  landgis.table = table;
})((window.landgis = window.landgis || {}));
