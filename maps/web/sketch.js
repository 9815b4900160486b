// Sketch: a line or an area drawn point by point, by pointer or pasted; measured, and asked about.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, wan } = landgis.format;
  const { el, swatch } = landgis.dom;
  const { geodesy, lots } = landgis;
  const MOST_POINTS = 2000;
  const LOOK = { color: "#C0151B", weight: 2, fillColor: "#C0151B", fillOpacity: 0.08, interactive: false };

  /** Points of pasted text: GeoJSON, else one `longitude latitude` a line. Null if it is neither. */
  function read(text) {
    const numbers = (line) => (line.match(/-?\d+(\.\d+)?/g) || []).map(Number);
    let pairs = null;
    if (text.trim().startsWith("{")) {
      try {
        const found = JSON.parse(text);
        const shape = found.features?.[0]?.geometry || found.geometry || found;
        pairs = shape.type === "MultiPolygon" ? shape.coordinates[0][0] : shape.coordinates[0];
      } catch (error) {
        if (error instanceof SyntaxError || error instanceof TypeError) return null;
        throw error;
      }
    } else pairs = text.split(/[\n;]+/).filter((line) => line.trim()).map(numbers);
    const good = Array.isArray(pairs) && pairs.length >= 3 && pairs.length <= MOST_POINTS && pairs.every((pair) => Array.isArray(pair) && pair.length >= 2 && Math.abs(pair[0]) <= 180 && Math.abs(pair[1]) <= 90);
    return good ? pairs.map(([lng, lat]) => L.latLng(lat, lng)) : null;
  }

  /** What the server counts inside of a ring. */
  function inside(points) {
    const ring = [...points, points[0]].map(({ lat, lng }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]);
    const polygon = JSON.stringify({ type: "Polygon", coordinates: [ring] });
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
    const state = { kind: null, points: [], layer: L.layerGroup().addTo(map), done: false, said: null };

    function measure() {
      const { points, kind } = state;
      const metres = geodesy.length(kind === "area" && points.length > 2 ? [...points, points[0]] : points);
      const parts = [`${t("sketch.length")} ${number(metres, 1)} ${t("unit.m")}`];
      if (kind === "area" && points.length > 2) { const { m2, hectares, mu } = lots.amount(geodesy.area(points)); parts.push(`${t("field.area_m2")} ${number(hectares, 4)} ${t("unit.hectares")} · ${number(mu, 2)} ${t("unit.mu")} · ${number(m2, 1)} ${t("unit.m2")}`); }
      return parts.map((part) => el("p", {}, el("b", {}, part)));
    }

    function draw() {
      state.layer.clearLayers();
      const { kind, points, done } = state;
      place.hidden = !kind;
      if (!kind) return;
      if (kind === "area" && points.length > 2) L.polygon(points, LOOK).addTo(state.layer); else L.polyline(points, LOOK).addTo(state.layer);
      for (const point of points) L.circleMarker(point, { ...LOOK, radius: 3.5, fillOpacity: 1, fillColor: "#fff" }).addTo(state.layer);
      const close = el("button", { type: "button", class: "plain", id: "sketch-close", "aria-label": t("sketch.close"), on: { click: () => begin(null) } }, "✕");
      const finish = done ? null : el("button", { type: "button", class: "plain", id: "sketch-finish", disabled: points.length < (kind === "area" ? 3 : 2), on: { click: end } }, t("sketch.finish"));
      const paste = kind === "area" && !points.length ? [el("label", { for: "sketch-text" }, t("sketch.paste")), el("textarea", { id: "sketch-text", rows: 4, maxlength: 60000, placeholder: "113.90 35.20\n113.92 35.20\n113.92 35.22" }), el("button", { type: "button", class: "plain", id: "sketch-take", on: { click: take } }, t("sketch.take"))] : [];
      place.replaceChildren(...[el("h2", {}, t(`sketch.${kind}`), finish, close), done ? null : el("p", { class: "quiet" }, t("sketch.how")), ...paste, ...(points.length ? measure() : []), state.said && el("div", { class: "answer" }, state.said())].filter(Boolean));
    }

    function begin(kind) {
      Object.assign(state, { kind, points: [], done: false, said: null });
      map.getContainer().classList.toggle("sketching", Boolean(kind));
      if (kind) map.doubleClickZoom.disable(); else map.doubleClickZoom.enable();
      draw();
      if (!kind) map.getContainer().focus({ preventScroll: true });
    }

    function take() {
      const points = read(document.getElementById("sketch-text").value);
      if (!points) { state.said = () => el("p", { class: "alarm", role: "alert" }, t("sketch.unread", { n: MOST_POINTS })); return draw(); }
      state.points = points;
      map.fitBounds(L.latLngBounds(points), { maxZoom: 16, padding: [40, 40] });
      return end();
    }

    async function end() {
      state.done = true;
      map.getContainer().classList.remove("sketching");
      if (state.kind === "area" && landgis.source.served()) {
        const { points } = state;
        state.said = () => el("p", { class: "quiet" }, t("page.loading"));
        draw();
        try {
          const found = await inside(points);
          if (points === state.points) state.said = () => answer(found);
        } catch (why) {
          state.said = () => el("p", { class: "alarm", role: "alert" }, t("card.failed", { why: why.message }));
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
