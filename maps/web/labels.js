// Labels: names of districts and parks; of two that would touch only the first is shown.
"use strict";
(function (landgis) {
  const { el } = landgis.dom;

  function marker(feature, kind) {
    const [lon, lat] = feature.properties.label;
    const text = el("span", { class: "name" }, feature.properties.name);
    const icon = L.divIcon({ className: `label ${kind}`, html: text, iconSize: [0, 0] });
    const made = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "labels" });
    made.text = text;
    return made;
  }

  const touch = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  /** Hides each label that touches one shown before it. */
  function spread(markers) {
    const shown = [];
    for (const { text } of markers) {
      text.style.visibility = "visible";
      const box = text.getBoundingClientRect();
      if (box.width === 0) continue;
      if (shown.some((other) => touch(box, other))) text.style.visibility = "hidden";
      else shown.push(box);
    }
  }

  /** Adds the labels of `collections` (kind -> features) beside their layers. */
  function labels(map, collections, groups) {
    const markers = [];
    for (const [kind, collection] of Object.entries(collections)) {
      for (const feature of collection.features) {
        const made = marker(feature, kind);
        markers.push(made);
        groups[kind].addLayer(made);
      }
    }
    map.on("zoomend layeradd", () => requestAnimationFrame(() => spread(markers)));
    requestAnimationFrame(() => spread(markers));
  }

  landgis.labels = labels;
})((window.landgis = window.landgis || {}));
