// App: reads the data and puts the parts of the page together. The only file that knows them all.
"use strict";
(function (landgis) {
  const { t } = landgis.words;

  function stamp(data) {
    const draw = () => {
      document.getElementById("stamp-on").textContent = data.on;
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

  function open(map, data) {
    const [w, s, e, n] = data.bounds;
    map.fitBounds([[s, w], [n, e]]);
    let choose = () => {};
    const groups = landgis.chart.build(map, data, (key) => choose(key));
    landgis.legend(map, data, groups);
    map.fitBounds([[s, w], [n, e]], { animate: false, paddingTopLeft: [10, 22], paddingBottomRight: [6 + 0.75 * landgis.chart.beside(map), 10] });
    landgis.labels(map, { districts: data.layers.districts, parks: data.layers.parks }, groups);
    choose = landgis.cards(landgis.chart.chooser(map, groups));
    landgis.chart.whereabouts(map);
    landgis.paper(map);
    landgis.overview(data, choose);
    landgis.search(data, choose);
    stamp(data);
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
      open(map, await landgis.source.load(settings));
      document.documentElement.dataset.ready = "yes";
    } catch (why) {
      alarm(why);
      throw why;
    }
  }

  landgis.start = start;
})((window.landgis = window.landgis || {}));
