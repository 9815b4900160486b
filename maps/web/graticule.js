// Graticule: meridians and parallels of CGCS2000 at a round step, relabelled as the map moves.
"use strict";
(function (landgis) {
  const MINUTES = [600, 300, 120, 60, 30, 20, 10, 5, 2, 1, 0.5, 1 / 6, 1 / 12, 1 / 30, 1 / 60];
  const { el } = landgis.dom;

  const LABEL_PX = 190;

  /** The largest step that still draws four lines over `span` degrees, or what has room for labels. */
  const step = (span, width) => (MINUTES.find((minutes) => span / (minutes / 60) >= Math.min(4, width / LABEL_PX)) || MINUTES.at(-1)) / 60;

  function degrees(value, letters) {
    const seconds = Math.round(Math.abs(value) * 3600);
    const [d, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (n) => String(n).padStart(2, "0");
    return `${d}°${two(m)}′${s ? two(s) + "″" : ""}${letters[value < 0 ? 1 : 0]}`;
  }

  function label(at, text, kind) {
    const icon = L.divIcon({ className: `tick ${kind}`, html: el("span", {}, text), iconSize: [0, 0] });
    return L.marker(at, { icon, interactive: false, keyboard: false, pane: "ticks" });
  }

  /** A layer group that draws itself again after each move. */
  function graticule(map) {
    const group = L.layerGroup();
    function draw() {
      group.clearLayers();
      const view = map.getBounds();
      const [w, s, e, n] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
      const by = step(Math.min(e - w, 1.6 * (n - s)), map.getSize().x);
      const line = (points) =>
        group.addLayer(L.polyline(points, { color: "#7C93A6", weight: 0.7, opacity: 0.55, interactive: false, pane: "graticule" }));
      const first = (low) => Math.ceil(low / by);
      const inside = (value, low, high) => value > low + 0.03 * (high - low) && value < high - 0.03 * (high - low);
      for (let i = first(w); i * by < e; i += 1) {
        line([[s, i * by], [n, i * by]]);
        if (inside(i * by, w, e)) group.addLayer(label([n, i * by], degrees(i * by, "EW"), "top"));
      }
      for (let i = first(s); i * by < n; i += 1) {
        line([[i * by, w], [i * by, e]]);
        if (inside(i * by, s, n - 0.12 * (n - s))) group.addLayer(label([i * by, w], degrees(i * by, "NS"), "left"));
      }
    }
    group.on("add", () => { map.on("moveend", draw); draw(); });
    group.on("remove", () => map.off("moveend", draw));
    return group;
  }

  landgis.graticule = graticule;
})((window.landgis = window.landgis || {}));
