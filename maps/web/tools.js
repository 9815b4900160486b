// Tools: the buttons on the map: full screen, measure, areas, months, another date beside.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el, svg } = landgis.dom;
  const SIGNS = {
    full: "M9 2h5v5M14 2 9.5 6.5M7 14H2V9M2 14l4.5-4.5",
    line: "M2 14 14 2M4.5 9.5l2 2M7.5 6.5l2 2M10.5 3.5l2 2",
    area: "M2 12 5 3l9 2-2 9z",
    months: "M8 1.5a6.5 6.5 0 1 0 .01 0zM8 4v4.3l3 1.7",
    compare: "M8 1v14M2 3h4v10H2zM10 3h4v10h-4z",
  };

  function button(name, press) {
    return el("button", { type: "button", id: `tool-${name}`, "data-t-label": `tools.${name}`, "data-t-title": `tools.${name}`, "aria-label": t(`tools.${name}`), title: t(`tools.${name}`), on: { click: press } },
      svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: SIGNS[name] })));
  }

  const full = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());

  /** Puts the buttons on the map; what needs a server is left out of a file on disk. */
  function tools(map, data, groups, legend) {
    const drawing = landgis.sketch(map);
    const presses = { full, line: () => drawing.begin("line"), area: () => drawing.begin("area") };
    if (landgis.source.served()) Object.assign(presses, { months: landgis.months(map, data, groups), compare: landgis.compare(map, data, legend) });
    const bar = el("div", { class: "leaflet-bar tools-bar" }, Object.entries(presses).map(([name, press]) => button(name, press)));
    const control = L.control({ position: "topleft" });
    control.onAdd = () => L.DomEvent.disableClickPropagation(bar) && bar;
    control.addTo(map);
    return drawing;
  }

  landgis.tools = tools;
})((window.landgis = window.landgis || {}));
