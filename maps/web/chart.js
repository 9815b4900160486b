// Chart: the layers on the Leaflet map, what is chosen on them, and what is under the pointer.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el } = landgis.dom;
  const PANES = [["districts", 350], ["graticule", 360], ["used", 390], ["stock", 400], ["parks", 410], ["idle", 420],
    ["conflicts", 430], ["chosen", 440], ["flaws", 450], ["labels", 620], ["ticks", 630]];
  const FLAT = ["districts", "parks", "graticule", "labels", "ticks", "chosen"];

  function panes(map) {
    for (const [name, z] of PANES) {
      const pane = map.createPane(name);
      pane.style.zIndex = z;
      if (FLAT.includes(name)) pane.style.pointerEvents = "none";
    }
  }

  /** What the pointer is told of a feature: its name, else its number, and what it is. */
  function hint(feature) {
    const { name, key, stage, standing, conflict, count } = feature.properties;
    const what = standing ? t(`standing.${standing}`) : stage ? t(`stage.${stage}`) : t(`conflict.${conflict}`);
    const title = count > 1 ? `${count} ${t("unit.parcels")}` : name || (key || "").split(":").slice(1).join(":") || t("card.unnamed");
    return el("span", {}, el("b", {}, title), el("br", {}), what);
  }

  /** Leaves an outline to the pointer: the keyboard has the table, not a thousand stops on the map. */
  const unstopped = (_, path) => path.on("add", () => path.getElement()?.setAttribute("tabindex", "-1"));

  function polygons(collection, look, pane, choose) {
    const layer = L.geoJSON(collection, { style: look, pane, interactive: Boolean(choose), onEachFeature: unstopped });
    for (const path of layer.getLayers()) path.group = layer;
    if (!choose) return layer;
    layer.bindTooltip((path) => hint(path.feature), { sticky: true, className: "hint", direction: "top", offset: [0, -6] });
    layer.on("click", (event) => {
      const { key } = event.layer.feature.properties;
      if (key) choose(key);
    });
    return layer;
  }

  /** The groups of the map by name, in the order in which the legend lists them. */
  function build(map, data, choose) {
    panes(map);
    const groups = data.large ? landgis.tiles.base(map, data, choose) : {};
    if (!data.large) for (const { stage } of data.legend.stages) {
      const features = data.layers.stock.features.filter((f) => f.properties.stage === stage);
      groups[stage] = polygons({ type: "FeatureCollection", features }, landgis.looks.of(stage), ["used", "released"].includes(stage) ? "used" : "stock", choose);
    }
    if (!data.large) groups.idle = polygons(data.layers.idle, landgis.looks.of("idle"), "idle", choose);
    groups.conflicts = polygons(data.layers.conflicts, landgis.looks.of("conflicts"), "conflicts", choose);
    groups.districts = polygons(data.layers.districts, landgis.looks.of("districts"), "districts");
    groups.parks = polygons(data.layers.parks, landgis.looks.of("parks"), "parks");
    groups.graticule = landgis.graticule(map);
    groups.flaws = landgis.flaws.layer(data.layers.flaws, choose);
    return groups;
  }

  /** Keeps the map as large as its place and its middle where it is: the drawer opens, the window changes, paper is printed. */
  function fit(map) {
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  }

  /** Draws of some rows with outlines only those that are in `passed`. */
  function show(rows, passed) {
    for (const row of rows) {
      if (!row.path || row.path.group.hasLayer(row.path) === passed.has(row)) continue;
      if (passed.has(row)) row.path.group.addLayer(row.path);
      else row.path.group.removeLayer(row.path);
    }
  }

  /** The width that the legend takes from the map, where the map can spare it. */
  function beside(map) {
    const width = document.getElementById("legend").offsetWidth + 12;
    return map.getSize().x - width > 560 ? width : 0;
  }

  /** Shows which features carry `key` by a halo; of what is drawn from tiles the card knows the outline. */
  function chooser(map, groups) {
    const bearers = (key) => Object.entries(groups).flatMap(([name, group]) =>
      ["graticule", "flaws"].includes(name) ? [] : group.getLayers().filter((path) => path.feature?.properties.key === key).map((path) => path.feature));
    // The own outline of an idle supply says more than the pieces below it.
    const topmost = (features) => {
      const outlines = features.filter((feature) => feature.properties.standing);
      return outlines.length ? outlines : features;
    };
    const halo = L.layerGroup().addTo(map);
    function mark(key, outline) {
      halo.clearLayers();
      const found = topmost(bearers(key));
      for (const shape of found.length || !outline ? found : [outline])
        for (const look of ["halo", "chosen"])
          halo.addLayer(L.geoJSON(shape, { style: landgis.looks.of(look), pane: "chosen", interactive: false }));
    }
    function zoom(bounds) {
      const [w, s, e, n] = bounds;
      map.fitBounds([[s, w], [n, e]], { maxZoom: 15.5, paddingTopLeft: [60, 60], paddingBottomRight: [60 + beside(map), 60] });
    }
    return { mark, zoom };
  }

  /** What of the map the reader sees: the part beside the legend. */
  function seen(map) {
    const size = map.getSize();
    const corners = [[0, 0], [size.x - beside(map), size.y]];
    return L.latLngBounds(corners.map((corner) => map.containerPointToLatLng(corner)));
  }

  /** A button below the zoom buttons that shows the whole land, beside the legend; gives what it does. */
  function home(map, bounds) {
    const [w, s, e, n] = bounds;
    const go = (animate) => map.fitBounds([[s, w], [n, e]], { animate: animate && map.options.zoomAnimation, paddingTopLeft: [10, 22], paddingBottomRight: [6 + beside(map), 10] });
    const button = el("button", { type: "button", class: "home", "data-t-label": "page.home", "aria-label": t("page.home"), on: { click: () => go(true) } },
      landgis.dom.svg("svg", { viewBox: "0 0 16 16" }, landgis.dom.svg("path", { d: "M1 6V1h5M10 1h5v5M15 10v5h-5M6 15H1v-5" })));
    const control = L.control({ position: "topleft" });
    control.onAdd = () => L.DomEvent.disableClickPropagation(button) && button;
    control.addTo(map);
    return () => go(false);
  }

  /** Coordinates under the pointer: CGCS2000 in degrees, and in the plane of its 3 degree zone. */
  function whereabouts(map) {
    const node = document.getElementById("where");
    map.on("mousemove", ({ latlng }) => {
      const { zone, north, east } = landgis.geodesy.plane(latlng);
      node.textContent = `CGCS2000  ${latlng.lng.toFixed(6)}°E  ${latlng.lat.toFixed(6)}°N  X ${north.toFixed(1)}  Y ${east.toFixed(1)}  ${t("page.zone", { n: zone })}`;
    });
    map.on("mouseout", () => { node.textContent = ""; });
  }

  landgis.chart = { build, fit, hint, unstopped, seen, show, chooser, whereabouts, home };
})((window.landgis = window.landgis || {}));
