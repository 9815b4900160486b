// Legend: every layer with its swatch, count, hectares and mu; a tick shows or hides it.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, swatch, refill } = landgis.dom;
  const HIDDEN = ["released", "conflicts", "flaws"];

  const NARROW = 900;
  const SIGNS = { graticule: "lines", flaws: "points" };

  const figure = (value, digits) => el("td", { class: "num" }, value === null ? "" : number(value, digits));

  function amounts(row) {
    if (!row || row.count === null) return [figure(null), figure(null), figure(null)];
    const { area } = row;
    if (!area) return [figure(row.count), figure(null), figure(null)];
    return [figure(row.count), el("td", { class: "num", title: `${number(area.m2, 2)} ${t("unit.m2")}`, "data-m2": area.m2 }, number(area.hectares, 2)),
      figure(area.mu, 2)];
  }

  function line(name, word, row, state) {
    const id = `show-${name}`;
    const tick = el("input", { type: "checkbox", id, checked: state.shown.has(name),
      on: { change: (event) => state.toggle(name, event.target.checked) } });
    return el("tr", { "data-layer": name }, el("td", {}, tick),
      el("th", { scope: "row" }, el("label", { for: id }, SIGNS[name] ? el("i", { class: `swatch ${SIGNS[name]}` }) : swatch(landgis.looks.of(name)), word)),
      amounts(row));
  }

  /** The figures of the legend: of all that passes the filter, or of what of it is in view. */
  function figures(data, scope) {
    const { legend } = data;
    const whole = Object.fromEntries(legend.stages.map((row) => [row.stage, row]));
    const counted = landgis.lots.known() || landgis.lots.far();
    if (!counted || (scope === "all" && landgis.asked.empty())) return { stage: (name) => whole[name], stock: legend.stock, idle: legend.idle };
    return landgis.lots.figures(scope) || { stage: () => null, stock: null, idle: null };
  }

  function scopes(state) {
    const button = (scope) => el("button", { type: "button", "data-scope": scope, "aria-pressed": String(state.scope === scope),
      on: { click: () => { state.scope = scope; state.draw(); } } }, t(`legend.scope_${scope}`));
    return landgis.lots.known() || landgis.lots.far() ? el("div", { class: "scopes", role: "group", "aria-label": t("legend.scope") }, button("all"), button("view")) : null;
  }

  function notes(data) {
    const { idle } = data.legend;
    return [
      idle.without_outline ? el("p", { class: "quiet" }, t("stage.idle") + t("list.colon") + t("legend.no_outline", { n: number(idle.without_outline) })) : null,
      data.merged ? el("p", { class: "quiet strong" }, t("legend.merged", { n: number(data.merged) })) : null,
      el("p", { class: "quiet" }, t("legend.units")),
    ];
  }

  function table(data, state) {
    const { legend } = data;
    const now = figures(data, state.scope);
    const head = el("tr", {}, el("td", {}), el("td", {}), ...["count", "hectares", "mu"].map((name) => el("th", { scope: "col", class: "num" }, t(`legend.${name}`))));
    const stock = legend.stages.filter((row) => row.is_stock);
    const rest = legend.stages.filter((row) => !row.is_stock);
    const stage = (row) => line(row.stage, t(`stage.${row.stage}`), now.stage(row.stage), state);
    const sum = el("tr", { class: "sum", "data-layer": "sum" }, el("td", {}), el("th", { scope: "row" }, t("legend.sum")), amounts(now.stock));
    return el("table", {}, el("thead", {}, head),
      el("tbody", {}, stock.map(stage), sum, line("idle", t("stage.idle"), now.idle, state)),
      el("tbody", {}, rest.map(stage), legend.conflicts.count || data.large ? line("conflicts", t("legend.conflicts"), now.conflicts === undefined ? legend.conflicts : now.conflicts, state) : null, data.flaws.total || data.large ? line("flaws", t("legend.flaws"), { count: data.flaws.total || null }, state) : null),
      el("tbody", {}, line("districts", t("legend.districts"), null, state), line("parks", t("legend.parks"), null, state),
        line("graticule", `${t("legend.graticule")} ${t("legend.graticule_note")}`, null, state)));
  }

  /** Draws the legend into its place and keeps it in step with the layers and the language. */
  function legend(map, data, groups) {
    const place = document.getElementById("legend");
    const state = { shown: new Set(), folded: map.getSize().x < NARROW, scope: "all" };
    state.toggle = (name, on) => {
      if (on) { groups[name].addTo(map); state.shown.add(name); }
      else { groups[name].remove(); state.shown.delete(name); }
      landgis.tiles.toggle(name, on);
      const tick = document.getElementById(`show-${name}`);
      if (tick) tick.checked = on;
    };
    for (const name of Object.keys(groups)) if (!HIDDEN.includes(name)) state.toggle(name, true);
    function draw() {
      const fold = el("button", { type: "button", class: "fold", id: "legend-fold", "aria-expanded": String(!state.folded),
        "aria-label": t(state.folded ? "legend.open" : "legend.close"),
        on: { click: () => { state.folded = !state.folded; draw(); } } }, state.folded ? "＋" : "－");
      place.classList.toggle("folded", state.folded);
      refill(place, () => [el("h2", {}, t("legend.title"), fold), state.folded ? [] : [scopes(state), table(data, state), notes(data)]]);
    }
    L.DomEvent.disableClickPropagation(place).disableScrollPropagation(place);
    state.draw = draw;
    state.fold = (folded) => { state.folded = folded; draw(); };
    landgis.words.listen(draw);
    landgis.lots.listen(draw);
    draw();
    return state;
  }

  landgis.legend = legend;
})((window.landgis = window.landgis || {}));
