// Flaws: what is wrong in the data, by severity; what has a place is a point on the map.
"use strict";
(function (landgis) {
  const { t, either } = landgis.words;
  const { number } = landgis.format;
  const { el } = landgis.dom;
  const COLOURS = { error: "#7c1430", warning: "#b98023", info: "#4d5d6a" };
  const SHOWN = 100;

  /** The points as a layer: the graver the darker, the count beside it in the tooltip. */
  function layer(collection, choose) {
    const point = (feature, at) => L.circleMarker(at, { pane: "flaws", radius: feature.properties.severity === "info" ? 4 : 6, color: "#fff", weight: 1.5, fillColor: COLOURS[feature.properties.severity], fillOpacity: 1 });
    const made = L.geoJSON(collection, { pointToLayer: point, onEachFeature: landgis.chart.unstopped });
    made.bindTooltip((path) => `${t(`severity.${path.feature.properties.severity}`)} ${path.feature.properties.count}`, { className: "hint" });
    made.on("click", (event) => choose(event.layer.feature.properties.key));
    return made;
  }

  /** Whose issue it is: a feature, else the place in the file that it came with. */
  function source({ key, layer, file, row }) {
    if (key) return `${t(`layer.${key.split(":")[0]}`)} ${key.slice(key.indexOf(":") + 1)}`;
    return [layer && t(`layer.${layer}`), file, row >= 0 && t("flaws.row", { n: row })].filter(Boolean).join(" · ");
  }

  function row(flaw, choose) {
    const whose = el("span", { class: "quiet" }, source(flaw));
    const inner = [el("em", { class: `tag ${flaw.severity}` }, t(`severity.${flaw.severity}`)), " ", either({ zh: flaw.message_zh, en: flaw.message }), whose];
    return el("li", { "data-key": flaw.key }, flaw.key ? el("button", { type: "button", on: { click: () => choose(flaw.key, true) } }, inner) : el("p", {}, inner));
  }

  /** Counts by severity and the gravest issues. */
  function flaws(data, choose) {
    const { total, severities, rows } = data.flaws;
    const head = [el("h2", {}, t("flaws.title")), el("p", { class: "quiet" }, t("flaws.note"))];
    if (data.large && !rows) return [...head, el("p", { class: "quiet" }, t("page.loading"))];
    const line = ([severity, count]) => el("li", { "data-severity": severity }, el("i", { style: { background: COLOURS[severity] } }), `${t(`severity.${severity}`)} `, el("b", {}, number(count)));
    return [...head, el("ul", { class: "shares" }, Object.entries(severities).map(line)),
      el("ol", { class: "parcels flaws" }, rows.slice(0, SHOWN).map((flaw) => row(flaw, choose))),
      total > SHOWN ? el("p", { class: "quiet" }, t("next.more", { n: number(total), m: SHOWN })) : null];
  }

  landgis.flaws = Object.assign(flaws, { layer });
})((window.landgis = window.landgis || {}));
