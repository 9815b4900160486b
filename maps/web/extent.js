// Extent: does an outline have a point in common with the view; as exact as its vertices.
"use strict";
(function (landgis) {
  const rings = (latlngs) => (latlngs.length && !Array.isArray(latlngs[0]) ? [latlngs] : latlngs.flatMap(rings));

  /** Whether the segment a-b meets the box: cut to it (Liang and Barsky), something is left. */
  function crosses(a, b, [w, s, e, n]) {
    let [from, to] = [0, 1];
    const [dx, dy] = [b.lng - a.lng, b.lat - a.lat];
    for (const [step, room] of [[-dx, a.lng - w], [dx, e - a.lng], [-dy, a.lat - s], [dy, n - a.lat]]) {
      if (step === 0) { if (room < 0) return false; continue; }
      const at = room / step;
      if (step < 0) from = Math.max(from, at); else to = Math.min(to, at);
      if (from > to) return false;
    }
    return true;
  }

  const pairs = (ring) => ring.map((point, i) => [ring[(i + ring.length - 1) % ring.length], point]);

  /** Whether a point is inside of rings, holes left out (even and odd). */
  function inside(x, y, edges) {
    let within = false;
    for (const [a, b] of edges)
      if (a.lat > y !== b.lat > y && x < ((b.lng - a.lng) * (y - a.lat)) / (b.lat - a.lat) + a.lng) within = !within;
    return within;
  }

  /** Whether the outline `path` (a Leaflet polygon) meets the Leaflet `bounds`. */
  function meets(path, bounds) {
    if (!bounds.intersects(path.getBounds())) return false;
    if (bounds.contains(path.getBounds())) return true;
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const edges = rings(path.getLatLngs()).flatMap(pairs);
    return edges.some(([a, b]) => crosses(a, b, box)) || inside(box[0], box[1], edges);
  }

  landgis.extent = { meets };
})((window.landgis = window.landgis || {}));
