// Looks: how each class of land is drawn. Colour is never alone: idle is hatched and outlined.
"use strict";
(function (landgis) {
  const looks = {};

  /** Fixes the looks from the table of colours that the page carries. */
  function load(colours) {
    for (const stage of ["approved_not_acquired", "acquired_not_supplied", "supplied_not_used"])
      looks[stage] = { color: "#ffffff", weight: 0.6, fillColor: colours[stage], fillOpacity: 0.86 };
    looks.used = { color: "#9AA3AB", weight: 0.5, fillColor: colours.used, fillOpacity: 0.9 };
    looks.released = { color: colours.released, weight: 0.8, fillColor: "url(#hatch-released)", fillOpacity: 1, dashArray: "3 2" };
    looks.idle = { color: colours.idle, weight: 1.7, fillColor: "url(#hatch-idle)", fillOpacity: 1 };
    looks.conflicts = { color: colours.conflict, weight: 1.2, fillColor: "url(#hatch-conflict)", fillOpacity: 1 };
    looks.districts = { color: "#5B6B79", weight: 1.3, fillColor: "#FBFAF6", fillOpacity: 1, dashArray: "7 3 1.5 3" };
    looks.parks = { color: "#1E7B4F", weight: 1.8, fillColor: "#1E7B4F", fillOpacity: 0.05, dashArray: "5 3" };
    looks.chosen = { color: "#0B1F33", weight: 3, fill: false, interactive: false };
    looks.halo = { color: "#FFF275", weight: 8, opacity: 0.95, fill: false, interactive: false };
  }

  landgis.looks = { load, of: (name) => looks[name] };
})((window.landgis = window.landgis || {}));
