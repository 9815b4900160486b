// Revive: stock land that could take a project of a given size, the largest first.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, swatch } = landgis.dom;
  const { lots } = landgis;
  const SHOWN = 60;
  const state = { least: 0 };

  function site(row, choose) {
    const waited = row.age_years === null ? "" : t("revive.since", { n: row.age_years, day: row.since_on });
    return el("li", { "data-key": row.key }, el("button", { type: "button", on: { click: () => row.key && choose(row.key, true) } },
      el("span", { class: "top" }, swatch(landgis.looks.of(row.stage)), el("b", {}, row.name || t("card.unnamed")), el("span", {}, `${number(row.mu, 2)} ${t("unit.mu")}`)),
      el("span", { class: "quiet" }, [t(`stage.${row.stage}`), row.district, row.park, waited].filter(Boolean).join(" · "))));
  }

  function size(redraw) {
    const change = (event) => { state.least = Number(event.target.value) || 0; redraw(); document.getElementById("revive-least").focus(); };
    return el("label", { class: "ask" }, t("revive.least"), el("input", { type: "number", id: "revive-least", min: 0, step: "any", value: state.least || "", on: { change } }), t("unit.mu"));
  }

  /** Counts and areas by stage of what is large enough, then the sites themselves. */
  function revive(data, choose, redraw) {
    const rows = lots.all().lots.filter((row) => lots.isStock(row) && row.mu >= state.least).sort((a, b) => b.area_m2 - a.area_m2);
    const stages = data.legend.stages.filter((row) => row.is_stock);
    const line = ({ stage }) => {
      const { count, area } = lots.sum(rows.filter((row) => row.stage === stage));
      return el("tr", { "data-stage": stage }, el("th", { scope: "row" }, swatch(landgis.looks.of(stage)), t(`stage.${stage}`)), [number(count), number(area.hectares, 2), number(area.mu, 2)].map((said) => el("td", { class: "num" }, said)));
    };
    return [el("h2", {}, t("revive.title")), el("p", { class: "quiet" }, t("revive.note")), size(redraw),
      el("table", { class: "grid", id: "revive-stages" }, el("thead", {}, el("tr", {}, el("td", {}), ["count", "hectares", "mu"].map((name) => el("th", { scope: "col", class: "num" }, t(`legend.${name}`))))), el("tbody", {}, stages.map(line))),
      el("ol", { class: "parcels" }, rows.slice(0, SHOWN).map((row) => site(row, choose))),
      rows.length > SHOWN ? el("p", { class: "quiet" }, t("revive.more", { n: number(rows.length), m: SHOWN })) : null];
  }

  landgis.revive = revive;
})((window.landgis = window.landgis || {}));
