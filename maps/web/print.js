// Print: the sheet of paper gets its own map size, and what is in view stays in view.
"use strict";
(function (landgis) {
  /** Makes the browser's print show the same extent on one A4 landscape page. */
  function paper(map) {
    const root = document.documentElement;
    let view = null;
    window.addEventListener("beforeprint", () => {
      view = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
      root.classList.add("printing");
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(view.bounds, { animate: false });
    });
    window.addEventListener("afterprint", () => {
      root.classList.remove("printing");
      void root.offsetHeight;
      map.invalidateSize({ animate: false, pan: false });
      if (view) map.setView(view.center, view.zoom, { animate: false });
    });
  }

  landgis.paper = paper;
})((window.landgis = window.landgis || {}));
