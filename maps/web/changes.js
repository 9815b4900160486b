// Changes: what came, changed and ended between two revisions, drawn and listed side by side.
"use strict";
(function (landgis) {
  const { t, either } = landgis.words;
  const { el, swatch, refill } = landgis.dom;

  /** Kinds by colour, hatch and outline: never by colour alone. */
  const LOOKS = {
    added: { color: "#0072B2", weight: 2, fillColor: "url(#hatch-added)", fillOpacity: 1 },
    changed: { color: "#B87B00", weight: 1.6, fillColor: "url(#hatch-changed)", fillOpacity: 1, dashArray: "6 3" },
    reshaped: { color: "#2E86BD", weight: 1.6, fillColor: "url(#hatch-reshaped)", fillOpacity: 1, dashArray: "2 3" },
    ended: { color: "#882255", weight: 2, fillColor: "url(#hatch-ended)", fillOpacity: 1, dashArray: "10 4" },
  };
  const DISTRICT = { color: "#5B6B79", weight: 1.3, fillColor: "#FBFAF6", fillOpacity: 1, dashArray: "7 3 1.5 3" };
  const hidden = { change: new Set(), layer: new Set() };
  const passes = (row) => !hidden.change.has(row.change) && !hidden.layer.has(row.layer);
  const message = (row) => either({ zh: row.message_zh, en: row.message });

  function panes(map) {
    for (const [name, z] of [["districts", 350], ["graticule", 360], ["labels", 620], ["ticks", 630]]) {
      const pane = map.createPane(name);
      pane.style.zIndex = z;
      pane.style.pointerEvents = "none";
    }
  }

  /** The drawn changes by the number of their row. */
  function paths(map, data, choose) {
    const found = new Map();
    const drawn = L.geoJSON(data.drawn, { style: ({ properties }) => LOOKS[data.rows[properties.row].change] }).addTo(map);
    for (const path of drawn.getLayers()) {
      const number = path.feature.properties.row;
      found.set(number, path);
      path.bindTooltip(() => message(data.rows[number]), { sticky: true, className: "hint", direction: "top" });
      path.on("click", () => choose(number));
    }
    return { drawn, found };
  }

  function switches(data, redraw) {
    const one = (set, value, label, sign, count) => {
      const change = ({ target }) => { if (target.checked) set.delete(value); else set.add(value); redraw(); };
      const box = el("input", { type: "checkbox", checked: !set.has(value), on: { change } });
      return el("label", {}, box, sign, label, el("span", { class: "count" }, count));
    };
    const kinds = data.counts.map(({ change, count }) => one(hidden.change, change, t(`change.${change}`), swatch(LOOKS[change]), String(count)));
    const layers = data.layers.map((name) => one(hidden.layer, name, t(`layer.${name}`), null, ""));
    return [el("h2", {}, t("changes.kinds")), kinds, layers.length > 1 ? [el("h2", {}, t("changes.layers")), layers] : []];
  }

  function list(data, found, choose) {
    const rows = data.rows.flatMap((row, number) => {
      if (!passes(row)) return [];
      const path = found.get(number);
      const where = path ? null : el("span", { class: "where" }, ` ${t("changes.nowhere")}`);
      return el("li", {}, el("button", { type: "button", disabled: !path, "data-row": number, on: { click: () => choose(number) } },
        swatch(LOOKS[row.change]), message(row), where));
    });
    const more = data.total > data.rows.length ? el("p", { class: "quiet" }, t("changes.more", { n: data.total, m: data.rows.length })) : null;
    return [el("h2", {}, t("changes.list")), more, rows.length ? el("ul", { class: "changes" }, rows) : el("p", { class: "quiet" }, t("changes.none"))];
  }

  function open(map, data) {
    panes(map);
    L.geoJSON(data.districts, { style: DISTRICT, pane: "districts", interactive: false }).addTo(map);
    const districts = L.layerGroup().addTo(map);
    landgis.graticule(map).addTo(map);
    const [w, s, e, n] = data.bounds;
    map.fitBounds([[s, w], [n, e]], { padding: [24, 24] });
    const choose = (number) => {
      map.fitBounds(found.get(number).getBounds(), { maxZoom: 15.5, padding: [60, 60] });
      for (const button of document.querySelectorAll("[data-row]")) button.toggleAttribute("aria-current", false);
      const chosen = document.querySelector(`[data-row="${number}"]`);
      chosen?.setAttribute("aria-current", "true");
      chosen?.scrollIntoView({ block: "nearest" });
    };
    const { drawn, found } = paths(map, data, choose);
    landgis.labels(map, { districts: data.districts }, { districts });
    const redraw = () => {
      for (const [number, path] of found)
        if (passes(data.rows[number])) drawn.addLayer(path);
        else drawn.removeLayer(path);
      refill(document.getElementById("kinds"), () => switches(data, redraw));
      refill(document.getElementById("changes"), () => list(data, found, choose));
    };
    const draw = () => {
      document.title = `${t("changes.title")} ${data.one} – ${data.other}`;
      document.getElementById("stamp-one").textContent = data.one;
      document.getElementById("stamp-other").textContent = data.other;
      redraw();
    };
    landgis.words.listen(draw);
    draw();
  }

  function start() {
    const settings = landgis.source.carried("landgis-settings");
    landgis.words.load(landgis.source.carried("landgis-words"));
    landgis.words.speak(settings.lang);
    for (const button of document.querySelectorAll("[data-lang]"))
      button.addEventListener("click", () => landgis.words.speak(button.dataset.lang));
    const map = L.map(settings.name, settings.options);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    open(map, landgis.source.carried("landgis-data"));
    document.documentElement.dataset.ready = "yes";
  }

  document.addEventListener("DOMContentLoaded", start);
})((window.landgis = window.landgis || {}));
