// Print: the sheet of paper gets its own map size; what is seen on the screen is seen on it.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el } = landgis.dom;
  const PAPERS = ["a4-landscape", "a4-portrait", "a3-landscape", "a3-portrait"];

  /** What stands below the map on paper: date, record, sources, datum, scale and filter. */
  function imprint(map, data) {
    const sources = data.fresh.filter((layer) => layer.at).map((layer) => `${t(`layer.${layer.layer}`)} ${layer.at}`).join(t("list.comma"));
    const middle = map.getCenter();
    const metres = map.distance(middle, map.containerPointToLatLng(map.latLngToContainerPoint(middle).add([100, 0])));
    const scale = Math.round(metres / 100 / 0.000264583 / 100) * 100;
    const chosen = [...document.querySelectorAll(".filter.on > button")].map((node) => [...node.children].map((part) => part.textContent).join(t("list.colon"))).join(t("list.semicolon"));
    const parts = [`${t("page.on")} ${data.on}`, `${t("page.known")} ${t("page.revision", { n: data.known })} ${data.known_at || ""}`, `CGCS2000, 1:${scale.toLocaleString("en-US")}`,
      `${t("print.sources")}${t("list.colon")}${sources}`, chosen && `${t("filter.title")}${t("list.colon")}${chosen}`, t("page.disclaimer")];
    document.getElementById("imprint").replaceChildren(...parts.filter(Boolean).map((part) => el("span", {}, part)));
  }

  /** The choice of paper below the button, and the button that prints on the chosen one. */
  function chooser(print) {
    const place = document.getElementById("papers");
    const root = document.documentElement;
    root.dataset.paper = PAPERS[0];
    const draw = () => place.replaceChildren(...PAPERS.map((name) => el("label", {}, el("input", { type: "radio", name: "paper", value: name, checked: root.dataset.paper === name, on: { change: () => { root.dataset.paper = name; } } }), t(`print.${name.replace("-", "_")}`))),
      el("button", { type: "button", class: "plain", id: "print-now", on: { click: () => { show(false); print(); } } }, t("page.print")));
    const button = document.getElementById("print");
    const show = (open) => { place.hidden = !open; button.setAttribute("aria-expanded", String(open)); if (open) place.querySelector("input:checked").focus(); };
    button.addEventListener("click", () => show(place.hidden));
    place.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); show(false); button.focus(); } });
    place.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !place.contains(relatedTarget) && relatedTarget !== button) show(false); });
    document.addEventListener("pointerdown", (event) => { if (!place.contains(event.target) && !button.contains(event.target)) show(false); });
    landgis.words.listen(draw);
    draw();
  }

  /** Hides what of the panel would be cut through by the end of its column. */
  function trim(root) {
    const end = document.getElementById("legend").getBoundingClientRect().top;
    const parts = [...document.querySelectorAll("#overview > *, #card > *")];
    for (const part of parts) part.classList.toggle("cut", !root.dataset.paper.endsWith("portrait") && part.getBoundingClientRect().bottom > end - 4);
  }

  /** Makes the browser's print show what is seen on one page of the chosen paper. */
  function paper(map, data, legend) {
    const root = document.documentElement;
    let view = null;
    const resize = () => { void root.offsetHeight; map.invalidateSize({ animate: false, pan: false }); };
    function prepare() {
      if (view) return;
      view = { seen: landgis.chart.seen(map), center: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap, folded: legend.folded };
      legend.fold(false);
      root.classList.add("printing");
      resize();
      map.options.zoomSnap = 0;
      map.fitBounds(view.seen, { animate: false });
      imprint(map, data);
      trim(root);
    }
    function restore() {
      if (!view) return;
      root.classList.remove("printing");
      legend.fold(view.folded);
      map.options.zoomSnap = view.snap;
      resize();
      map.setView(view.center, view.zoom, { animate: false });
      view = null;
    }
    chooser(async () => {
      prepare();
      await landgis.tiles.settled();
      window.print();
    });
    window.addEventListener("beforeprint", prepare);
    window.addEventListener("afterprint", restore);
  }

  landgis.paper = paper;
})((window.landgis = window.landgis || {}));
