// Base: the image below the land, where the server has one: its switch, and who made it.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el } = landgis.dom;

  function layer(base, url) {
    return L.tileLayer(`${url}/${encodeURIComponent(base.name)}/{z}/{x}/{y}`, {
      pane: "base", minZoom: 3, maxZoom: 20, minNativeZoom: base.min, maxNativeZoom: base.max,
    });
  }

  function option(name, label, chosen, choose) {
    const input = el("input", { type: "radio", name: "base", value: name, checked: chosen, on: { change: () => choose(name) } });
    return el("label", {}, input, " ", label);
  }

  /** Puts the switch on the map; without a base map on the server there is none. */
  function base(map, settings) {
    const bases = settings.bases || [];
    if (!bases.length) return;
    map.createPane("base").style.zIndex = 150;
    const layers = Object.fromEntries(bases.map((one) => [one.name, layer(one, settings.served.base)]));
    const credit = el("p", { class: "base-credit" });
    function choose(name) {
      for (const [own, one] of Object.entries(layers)) if (own === name) one.addTo(map); else one.remove();
      credit.textContent = bases.find((one) => one.name === name)?.attribution || "";
      document.documentElement.dataset.base = name;
    }
    const none = option("", el("span", { "data-t": "base.none" }, t("base.none")), true, choose);
    const node = el("fieldset", { class: "base-switch" }, el("legend", { "data-t": "base.title" }, t("base.title")), none,
      bases.map((one) => option(one.name, one.title, false, choose)), credit);
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => L.DomEvent.disableClickPropagation(node) && node;
    control.addTo(map);
  }

  landgis.base = base;
})((window.landgis = window.landgis || {}));
