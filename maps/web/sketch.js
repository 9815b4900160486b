// Sketch: a line or an area drawn point by point, by pointer or pasted; measured, and asked about.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, wan } = landgis.format;
  const { el, swatch, refill } = landgis.dom;
  const { geodesy, lots } = landgis;
  const MOST_POINTS = 2000;
  const LOOK = { color: "#C0151B", weight: 2, fillColor: "#C0151B", fillOpacity: 0.08, interactive: false };

  const SURFACES = { Polygon: ({ coordinates }) => [coordinates], MultiPolygon: ({ coordinates }) => coordinates,
    Feature: ({ geometry }) => surfaces(geometry), FeatureCollection: ({ features }) => features.flatMap(surfaces), GeometryCollection: ({ geometries }) => geometries.flatMap(surfaces) };

  /** The rings of every polygon in GeoJSON; a TypeError where anything else is in it, so that nothing is left out unsaid. */
  function surfaces(found) {
    if (!Object.hasOwn(SURFACES, found.type)) throw new TypeError(found.type);
    return SURFACES[found.type](found);
  }

  const isPlace = (pair) => pair.length >= 2 && Number.isFinite(pair[0]) && Number.isFinite(pair[1]) && Math.abs(pair[0]) <= 180 && Math.abs(pair[1]) <= 90;
  const same = (a, b) => a[0] === b[0] && a[1] === b[1];
  const open = (ring) => (ring.length > 3 && same(ring[0], ring.at(-1)) ? ring.slice(0, -1) : ring);

  /** Polygons (rings of points) of pasted text: GeoJSON, else one `longitude latitude` a line. Null if it is neither. */
  function read(text) {
    const numbers = (line) => (line.match(/-?\d+(\.\d+)?/g) || []).map(Number);
    try {
      const parts = text.trim().startsWith("{") ? surfaces(JSON.parse(text)) : [[text.split(/[\n;]+/).filter((line) => line.trim()).map(numbers)]];
      const rings = parts.flat();
      const good = rings.length && rings.every((ring) => ring.length >= 3 && ring.every(isPlace)) && rings.flat().length <= MOST_POINTS;
      return good ? parts.map((part) => part.map((ring) => open(ring).map(([lng, lat]) => L.latLng(lat, lng)))) : null;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError) return null;
      throw error;
    }
  }

  /** What the server counts inside of some polygons. */
  function inside(parts) {
    const closed = (ring) => [...ring, ring[0]].map(({ lat, lng }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]);
    const polygon = JSON.stringify({ type: "MultiPolygon", coordinates: parts.map((part) => part.map(closed)) });
    return landgis.source.fetched(landgis.source.address("statistics", { ...landgis.asked.served(), polygon }, "api"));
  }

  function answer(found) {
    const line = (row) => el("tr", { "data-stage": row.stage }, el("th", { scope: "row" }, swatch(landgis.looks.of(row.stage)), t(`stage.${row.stage}`)), [number(row.count), number(row.area_m2 / 1e4, 2), number(row.area_mu, 2)].map((said) => el("td", { class: "num" }, said)));
    const yuan = (name) => ["proven", "conditional"].map((basis) => el("p", {}, `${t(`figures.${name}`)}·${t(`figures.${basis}`)}`, t("list.colon"), el("b", {}, wan((found[name][basis].yuan || 0) * 100))));
    return [el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), ["count", "hectares", "mu"].map((name) => el("th", { scope: "col", class: "num" }, t(`legend.${name}`))))), el("tbody", {}, found.stages.filter((row) => landgis.looks.of(row.stage)).map(line))),
      el("p", {}, t("stage.idle"), t("list.colon"), el("b", { id: "sketch-idle" }, number(found.supplies.count)), ` ${t("unit.parcels")} ${number(found.supplies.area_mu, 2)} ${t("unit.mu")}`), yuan("fee"), yuan("reclaim")];
  }

  /** The tool: `line` and `area` begin a sketch, `paste` asks for text. */
  function sketch(map) {
    const place = document.getElementById("sketch");
    const state = { kind: null, points: [], pasted: null, text: "", layer: L.layerGroup().addTo(map), done: false, said: null };

    const isArea = () => state.kind === "area" && (state.pasted || state.points.length > 2);
    const parts = () => state.pasted || [[state.points]];
    const corners = () => (state.pasted ? state.pasted.flat(2) : state.points);
    const sum = (values) => values.reduce((whole, value) => whole + value, 0);

    function measure() {
      const metres = isArea() ? sum(parts().flat().map((ring) => geodesy.length([...ring, ring[0]]))) : geodesy.length(state.points);
      const said = [`${t("sketch.length")} ${number(metres, 1)} ${t("unit.m")}`];
      if (isArea()) { const { m2, hectares, mu } = lots.amount(sum(parts().flatMap((part) => part.map((ring, i) => (i ? -1 : 1) * geodesy.area(ring))))); said.push(`${t("field.area_m2")} ${number(hectares, 4)} ${t("unit.hectares")} · ${number(mu, 2)} ${t("unit.mu")} · ${number(m2, 1)} ${t("unit.m2")}`); }
      return said.map((part) => el("p", {}, el("b", {}, part)));
    }

    function draw() {
      state.layer.clearLayers();
      const { kind, done } = state;
      const points = corners();
      place.hidden = !kind;
      if (!kind) return;
      if (isArea()) L.polygon(parts(), LOOK).addTo(state.layer); else L.polyline(points, LOOK).addTo(state.layer);
      for (const point of points) L.circleMarker(point, { ...LOOK, radius: 3.5, fillOpacity: 1, fillColor: "#fff" }).addTo(state.layer);
      const close = el("button", { type: "button", class: "plain", id: "sketch-close", "aria-label": t("sketch.close"), on: { click: () => begin(null) } }, "✕");
      const finish = done ? null : el("button", { type: "button", class: "plain", id: "sketch-finish", disabled: points.length < (kind === "area" ? 3 : 2), on: { click: end } }, t("sketch.finish"));
      const paste = kind === "area" && !points.length ? [el("label", { for: "sketch-text" }, t("sketch.paste")), el("textarea", { id: "sketch-text", rows: 4, maxlength: 60000, placeholder: "113.90 35.20\n113.92 35.20\n113.92 35.22" }, state.text), el("button", { type: "button", class: "plain", id: "sketch-take", on: { click: take } }, t("sketch.take"))] : [];
      refill(place, () => [el("h2", {}, t(`sketch.${kind}`), finish, close), done ? null : el("p", { class: "quiet" }, t("sketch.how")), paste, points.length ? measure() : [], state.said && el("div", { class: "answer" }, state.said())]);
    }

    function begin(kind) {
      Object.assign(state, { kind, points: [], pasted: null, text: "", done: false, said: null });
      map.getContainer().classList.toggle("sketching", Boolean(kind));
      if (kind) map.doubleClickZoom.disable(); else map.doubleClickZoom.enable();
      draw();
      if (!kind) map.getContainer().focus({ preventScroll: true });
    }

    function take() {
      state.text = document.getElementById("sketch-text").value;
      const found = read(state.text);
      if (!found) { state.said = () => el("p", { class: "alarm", role: "alert" }, t("sketch.unread", { n: MOST_POINTS })); return draw(); }
      state.pasted = found;
      map.fitBounds(L.latLngBounds(corners()), { maxZoom: 16, padding: [40, 40] });
      return end();
    }

    async function end() {
      state.done = true;
      map.getContainer().classList.remove("sketching");
      if (state.kind === "area" && landgis.source.served()) {
        const asked = corners();
        const still = () => corners().length === asked.length && corners().every((point, i) => point === asked[i]);
        state.said = () => el("p", { class: "quiet" }, t("page.loading"));
        draw();
        try {
          const found = await inside(parts());
          if (still()) state.said = () => answer(found);
        } catch (why) {
          if (still()) state.said = () => [el("p", { class: "alarm", role: "alert" }, t("sketch.failed", { why: landgis.source.why(why) })), el("button", { type: "button", class: "plain", id: "sketch-again", on: { click: end } }, t("page.again"))];
        }
      }
      draw();
    }

    map.on("click", ({ latlng }) => { if (state.kind && !state.done) { state.points = [...state.points, latlng]; draw(); } });
    map.on("dblclick", () => { if (state.kind && !state.done && state.points.length > 2) { state.points = state.points.slice(0, -1); end(); } });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && state.kind) { event.stopImmediatePropagation(); begin(null); } }, true);
    L.DomEvent.disableClickPropagation(place).disableScrollPropagation(place);
    landgis.words.listen(draw);
    return { begin: (kind) => begin(state.kind === kind ? null : kind), busy: () => Boolean(state.kind) && !state.done };
  }

  landgis.sketch = sketch;
})((window.landgis = window.landgis || {}));
