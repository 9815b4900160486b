// Overview: the totals of the day, what they are made of, findings, idle parcels, freshness.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, wan, day } = landgis.format;
  const { el } = landgis.dom;
  const FIRST = 30;
  /** A number with more characters is written smaller, so that two stand side by side. */
  const ROOM = 9;
  const state = { all: false };

  function total(name, row) {
    const hectares = number(row.area.hectares, 2);
    return el("div", { class: `total ${name}` }, el("h3", {}, t(`overview.${name}`)),
      el("p", { class: hectares.length > ROOM ? "big long" : "big" }, el("b", {}, hectares), ` ${t("unit.hectares")}`),
      el("p", {}, `${number(row.area.mu, 2)} ${t("unit.mu")}`),
      el("p", {}, `${number(row.count)} ${t("unit.parcels")}`),
      el("p", { class: "quiet" }, t(`overview.${name}_note`)));
  }

  function bar(data) {
    const parts = data.legend.stages.filter((row) => row.is_stock);
    const all = data.legend.stock.area.m2 || 1;
    return el("section", {}, el("h2", {}, t("overview.composition")),
      el("div", { class: "strip", role: "img", "aria-label": parts.map((row) => `${t(`stage.${row.stage}`)} ${number((100 * row.area.m2) / all, 1)}%`).join("，") },
        parts.map((row) => el("i", { style: { flex: row.area.m2 / all, background: landgis.looks.of(row.stage).fillColor } }))),
      el("ul", { class: "shares" }, parts.map((row) => el("li", {}, el("i", { style: { background: landgis.looks.of(row.stage).fillColor } }),
        `${t(`stage.${row.stage}`)} `, el("b", {}, `${number((100 * row.area.m2) / all, 1)}%`)))));
  }

  function findings(data) {
    if (!data.findings.length) return null;
    const fee = (row) => el("td", { class: "num" }, row.fee_fen === null ? "–" : wan(row.fee_fen));
    const row = (found) => el("tr", { "data-outcome": found.outcome, "data-basis": found.basis }, el("th", { scope: "row" }, t(`outcome.${found.outcome}`),
      found.basis ? el("small", {}, t(`basis.${found.basis}`)) : null),
      el("td", { class: "num" }, number(found.count)), el("td", { class: "num" }, number(found.area.mu, 2)), fee(found));
    return el("section", {}, el("h2", {}, t("overview.findings")), el("table", { class: "grid" },
      el("thead", {}, el("tr", {}, ...[["overview.outcome", ""], ["legend.count", "num"], ["legend.mu", "num"], ["overview.fee", "num"]].map(([key, kind]) => el("th", { scope: "col", class: kind }, t(key))))),
      el("tbody", {}, data.findings.map(row))));
  }

  function parcel(row, choose) {
    return el("li", {}, el("button", { type: "button", on: { click: () => choose(`supplies:${row.supply_id}`, true) } },
      el("span", { class: "top" }, el("b", {}, row.project_name || row.supply_id), el("em", { class: `tag ${row.outcome || "none"}` }, row.outcome ? t(`outcome.${row.outcome}`) : t(`standing.${row.standing}`))),
      el("span", { class: "quiet" }, [row.district, `${number(landgis.lots.amount(row.area_m2 || 0).mu, 2)} ${t("unit.mu")}`, row.full_years ? t("overview.years", { n: row.full_years }) : ""].filter(Boolean).join(" · "))));
  }

  /** More idle parcels of a large city. */
  async function further(data) {
    const { idle, next } = await landgis.source.idlers(data.next);
    Object.assign(data, { idle: [...data.idle, ...idle], next });
  }

  function list(data, choose, redraw) {
    const rows = state.all ? data.idle : data.idle.slice(0, FIRST);
    const count = data.legend.idle.count;
    const grow = async (event) => {
      event.target.disabled = true; // a second click would fetch the same rows once more
      try {
        if (state.all || data.idle.length <= FIRST) await further(data);
        state.all = true;
      } catch (why) {
        landgis.alarm(why, redraw);
      }
      redraw();
    };
    const more = data.next || (!state.all && data.idle.length > FIRST);
    const offer = state.all || data.next ? t("table.further") : t("overview.list_all", { n: number(count) });
    return el("section", { class: "list" }, el("h2", {}, t("overview.list")), el("ol", { class: "parcels" }, rows.map((row) => parcel(row, choose))),
      more ? el("button", { type: "button", class: "plain", id: "list-more", on: { click: grow } }, offer) : null,
      count > rows.length ? el("p", { class: "quiet" }, t("next.more", { n: number(count), m: number(rows.length) })) : null);
  }

  function fresh(data) {
    const row = (layer) => el("tr", {}, el("th", { scope: "row" }, t(`layer.${layer.layer}`)), el("td", { class: "num" }, number(layer.count)),
      el("td", { class: "num" }, layer.at ? day(layer.at) : t("overview.fresh_never")));
    return el("section", {}, el("h2", {}, t("overview.fresh")), el("table", { class: "grid", id: "fresh" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("overview.fresh_layer")), el("th", { scope: "col", class: "num" }, t("legend.count")), el("th", { scope: "col", class: "num" }, t("overview.fresh_at")))),
      el("tbody", {}, data.fresh.map(row))));
  }

  /** The day as a whole, whatever the filter; a click on a parcel of the list calls `choose`. */
  function overview(data, choose, redraw) {
    return [el("p", { class: "quiet" }, t("overview.note")), el("div", { class: "totals" }, total("stock", data.legend.stock), total("idle", data.legend.idle)),
      bar(data), findings(data), list(data, choose, redraw), fresh(data)];
  }

  landgis.overview = overview;
})((window.landgis = window.landgis || {}));
