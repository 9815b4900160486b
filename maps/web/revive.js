// Revive: stock land that could take a project of a given size, the largest first.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, swatch } = landgis.dom;
  const { lots, far, asked, answers } = landgis;
  const MU = 2000 / 3;
  const SHOWN = 60;
  const state = { least: 0 };

  function site(row, choose) {
    const waited = row.age_years === null ? "" : t("revive.since", { n: row.age_years, day: row.since_on });
    return el("li", { "data-key": row.key }, el("button", { type: "button", on: { click: () => row.key && choose(row.key, true) } },
      el("span", { class: "top" }, swatch(landgis.looks.of(row.stage)), el("b", {}, row.name || t("card.unnamed")), el("span", {}, `${number(row.mu, 2)} ${t("unit.mu")}`)),
      el("span", { class: "quiet" }, [t(`stage.${row.stage}`), row.district, row.parks.join(t("list.semicolon")), waited].filter(Boolean).join(" · "))));
  }

  function size(redraw) {
    const change = (event) => { state.least = Number(event.target.value) || 0; redraw(); };
    return el("label", { class: "ask" }, t("revive.least"), el("input", { type: "number", id: "revive-least", min: 0, step: "any", value: state.least || "", on: { change } }), t("unit.mu"));
  }

  /** What is large enough: count, sums by stage and the largest; null while the server is asked. */
  function sites(redraw) {
    if (!far.on()) {
      const rows = lots.all().lots.filter((row) => lots.isStock(row) && row.mu >= state.least).sort((a, b) => b.area_m2 - a.area_m2);
      return { count: rows.length, rows: rows.slice(0, SHOWN), sum: (stage) => lots.sum(rows.filter((row) => row.stage === stage)) };
    }
    const least = Math.max(asked.served().min_area_m2 || 0, state.least * MU);
    const stages = asked.of("stage") || lots.stages();
    const said = answers.ask(far.parcels({ min_area_m2: least, stage: lots.stages().filter((stage) => stages.includes(stage)).join(",") || "outside", sort: "-area_m2", limit: SHOWN }), redraw);
    const sum = (stage) => { const row = said.stages.find((one) => one.stage === stage); return { count: row?.count || 0, area: lots.amount(row?.area_m2 || 0) }; };
    return said && { count: said.count, rows: said.items.map((item) => lots.read(item)), sum };
  }

  /** Counts and areas by stage of what is large enough, then the sites themselves. */
  function revive(data, choose, redraw) {
    const found = sites(redraw);
    const head = [el("h2", {}, t("revive.title")), el("p", { class: "quiet" }, t("revive.note")), size(redraw)];
    if (!found) return [...head, el("p", { class: "quiet" }, t("page.loading"))];
    const line = (stage) => {
      const { count, area } = found.sum(stage);
      return el("tr", { "data-stage": stage }, el("th", { scope: "row" }, swatch(landgis.looks.of(stage)), t(`stage.${stage}`)), [number(count), number(area.hectares, 2), number(area.mu, 2)].map((said) => el("td", { class: "num" }, said)));
    };
    return [...head,
      el("table", { class: "grid", id: "revive-stages" }, el("thead", {}, el("tr", {}, el("td", {}), ["count", "hectares", "mu"].map((name) => el("th", { scope: "col", class: "num" }, t(`legend.${name}`))))), el("tbody", {}, lots.stages().map(line))),
      el("ol", { class: "parcels" }, found.rows.map((row) => site(row, choose))),
      found.count > SHOWN ? el("p", { class: "quiet" }, t("revive.more", { n: number(found.count), m: SHOWN })) : null];
  }

  landgis.revive = revive;
})((window.landgis = window.landgis || {}));
