// App: reads the data and puts the parts of the page together. The only file that knows them all.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el } = landgis.dom;

  /** The date as a field that asks the server for another day; a file on disk has only its own. */
  function calendar(data) {
    const move = (event) => {
      if (!event.target.value) return;
      const asked = new URLSearchParams(location.search);
      asked.set("on", event.target.value);
      asked.set("lang", landgis.words.lang());
      location.search = asked;
    };
    return el("input", { type: "date", value: data.on, required: true, "aria-label": t("page.on"), on: { change: move } });
  }

  function stamp(data, settings) {
    const draw = () => {
      document.getElementById("stamp-on").replaceChildren(settings.dataUrl ? calendar(data) : data.on);
      const known = document.getElementById("stamp-known");
      known.textContent = t("page.revision", { n: data.known });
      known.title = data.known_at || "";
    };
    landgis.words.listen(draw);
    draw();
  }

  function controls() {
    for (const button of document.querySelectorAll("[data-lang]"))
      button.addEventListener("click", () => landgis.words.speak(button.dataset.lang));
    document.getElementById("print").addEventListener("click", () => window.print());
  }

  function alarm(why) {
    const node = document.getElementById("alarm");
    node.textContent = t("page.failed", { why: why.message });
    node.hidden = false;
  }

  function open(map, data, settings) {
    const [w, s, e, n] = data.bounds;
    map.fitBounds([[s, w], [n, e]]);
    let choose = () => {};
    const groups = landgis.chart.build(map, data, (key) => choose(key));
    landgis.legend(map, data, groups);
    landgis.chart.home(map, data.bounds);
    landgis.labels(map, { districts: data.layers.districts, parks: data.layers.parks }, groups);
    choose = landgis.cards(landgis.chart.chooser(map, groups));
    landgis.chart.whereabouts(map);
    landgis.paper(map);
    landgis.overview(data, choose);
    landgis.search(data, choose);
    stamp(data, settings);
    if (location.hash.length > 1) choose(decodeURIComponent(location.hash.slice(1)), true);
  }

  /** Starts the page on the Leaflet `map` that Folium made. */
  async function start(map, settings) {
    landgis.words.load(landgis.source.carried("landgis-words"));
    landgis.looks.load(landgis.source.carried("landgis-colours"));
    landgis.words.speak(settings.lang);
    controls();
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    try {
      open(map, await landgis.source.load(settings), settings);
      document.documentElement.dataset.ready = "yes";
    } catch (why) {
      alarm(why);
      throw why;
    }
  }

  landgis.start = start;
})((window.landgis = window.landgis || {}));
