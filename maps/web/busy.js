// Busy: a sign over the map while the server takes its time.
"use strict";
(function (landgis) {
  const LATE_MS = 400;
  let [underway, late] = [0, null];

  const show = (on) => { document.getElementById("busy").hidden = !on; };

  function ended() {
    underway -= 1;
    if (underway) return;
    clearTimeout(late);
    late = null;
    show(false);
  }

  /** What a promise gives; the sign is there while any of them is late. */
  async function during(promise) {
    underway += 1;
    late ??= setTimeout(() => show(true), LATE_MS);
    try {
      return await promise;
    } finally {
      ended();
    }
  }

  landgis.busy = { during };
})((window.landgis = window.landgis || {}));
