// Alarm: what did not come and why, over the map, and a way to ask for it once more.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el } = landgis.dom;
  const again = new Set();
  let failed = null;

  function close() {
    failed = null;
    draw();
  }

  function retry() {
    const all = [...again];
    again.clear();
    close();
    for (const ask of all) ask();
  }

  function draw() {
    const place = document.getElementById("alarm");
    place.hidden = !failed;
    if (!failed) return;
    place.replaceChildren(el("p", {}, t("page.failed", { why: landgis.source.why(failed) })),
      el("button", { type: "button", class: "plain", id: "alarm-again", on: { click: retry } }, t("page.again")),
      el("button", { type: "button", class: "plain", id: "alarm-close", on: { click: close } }, t("page.close")));
  }

  /** Tells why something did not come; `ask` asks for it again, the same function each time. */
  function alarm(why, ask) {
    failed = why;
    again.add(ask);
    draw();
  }

  landgis.words.listen(draw);
  landgis.alarm = alarm;
})((window.landgis = window.landgis || {}));
