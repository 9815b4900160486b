// Labels: names of districts and parks; what would touch another is moved beside, else not shown.
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

  /** Where a name may stand, as shares of its own width and height from its place. */
  const PLACES = [[0, 0], [0, 1], [0, -1], [0.5, 0], [-0.5, 0], [0.5, 1], [-0.5, 1], [0.5, -1], [-0.5, -1]];
  const moved = (box, [x, y]) => ({ left: box.left + x * box.width, right: box.right + x * box.width, top: box.top + y * box.height, bottom: box.bottom + y * box.height });

  /** Gives each name the first place where it touches none that stands; without one it is hidden.
   * Everything is measured before anything is moved, so that the page is laid out once. */
  function spread(markers) {
    const shown = [];
    for (const { text } of markers) Object.assign(text.style, { visibility: "visible", marginLeft: "", marginTop: "" });
    const boxes = markers.map(({ text }) => text.getBoundingClientRect());
    for (const [i, { text }] of markers.entries()) {
      const box = boxes[i];
      if (box.width === 0) continue;
      const place = PLACES.find((one) => !shown.some((other) => touch(moved(box, one), other)));
      if (!place) { text.style.visibility = "hidden"; continue; }
      Object.assign(text.style, { marginLeft: `${place[0] * box.width}px`, marginTop: `${place[1] * box.height}px` });
      shown.push(moved(box, place));
    }
  }

  /** Adds the labels of `collections` (kind -> features) beside their layers. */
  function labels(map, collections, groups) {
    const markers = [];
    const own = new Set(Object.values(groups));
    for (const [kind, collection] of Object.entries(collections)) {
      for (const feature of collection.features) {
        const made = marker(feature, kind);
        markers.push(made);
        groups[kind].addLayer(made);
      }
    }
    // Thousands of outlines come back at once when a filter is cleared: one frame serves them all.
    let awaited = false;
    const soon = () => {
      if (awaited) return;
      awaited = true;
      requestAnimationFrame(() => { awaited = false; spread(markers); });
    };
    map.on("zoomend", soon);
    map.on("layeradd", ({ layer }) => { if (own.has(layer)) soon(); });
    soon();
  }

  landgis.labels = labels;
})((window.landgis = window.landgis || {}));
