// App: reads the data and puts the parts of the page together. The only file that knows them all.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el } = landgis.dom;

  const STILL = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** The map of a reader who wants nothing to move. */
  const CALM = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false };

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

  function stamp(data) {
    const draw = () => {
      document.getElementById("stamp-on").replaceChildren(...(landgis.source.served() ? [calendar(data), el("span", { class: "iso" }, data.on)] : [data.on]));
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
  }

  /** The pages of the menu: each gives the nodes of the panel. */
  function pages(data, choose) {
    const page = (part) => (redraw) => part(data, choose, redraw);
    const { overview, figures, revive, next, clashes, flaws, league } = landgis;
    const shown = { overview, figures, revive, next, conflicts: clashes, issues: flaws, league };
    return Object.fromEntries(Object.entries(shown).map(([name, part]) => [name, page(part)]));
  }

  function open(map, data) {
    const [w, s, e, n] = data.bounds;
    const hash = landgis.permalink.wanted();
    const asked = landgis.permalink.view(map, hash.get("at"));
    if (!asked) map.fitBounds([[s, w], [n, e]]);
    let act = () => {};
    let drawing = null;
    const choose = (key, zoom) => { if (!drawing?.busy()) act(key, zoom); };
    landgis.chart.fit(map);
    landgis.permalink.narrow(data, hash);
    const groups = landgis.chart.build(map, data, choose);
    if (asked) landgis.tiles.begin(); // they come while the rest of the page is built
    landgis.lots.load(map, data, groups);
    landgis.filters(data);
    const legend = landgis.legend(map, data, groups);
    landgis.table(choose);
    const home = landgis.chart.home(map, data.bounds);
    if (!asked) {
      home(); // beside the legend
      landgis.tiles.begin();
    }
    if (data.large) landgis.farther(data, groups);
    landgis.labels(map, { districts: data.layers.districts, parks: data.layers.parks }, groups);
    const marks = landgis.chart.chooser(map, groups);
    act = landgis.cards(marks);
    drawing = landgis.tools(map, data, groups, legend);
    landgis.chart.whereabouts(map);
    landgis.paper(map, data, legend);
    landgis.search(data, choose, marks.zoom);
    landgis.themes(pages(data, choose), legend);
    stamp(data);
    landgis.permalink(map, data, hash);
    landgis.tiles.follow();
    if (data.large) landgis.far.begin();
    if (hash.get("card")) choose(hash.get("card"), !hash.get("at"));
  }

  /** Starts the page on the map that Folium describes. */
  async function start() {
    const settings = landgis.source.carried("landgis-settings");
    landgis.words.load(landgis.source.carried("landgis-words"));
    landgis.looks.load(landgis.source.carried("landgis-colours"));
    landgis.words.speak(landgis.permalink.wanted().get("lang") || settings.lang);
    controls();
    const map = L.map(settings.name, { ...settings.options, ...(STILL ? CALM : {}) });
    window[settings.name] = map;
    landgis.base(map, settings);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    const data = await landgis.source.load(settings).catch((why) => landgis.alarm(why, () => location.reload()));
    if (!data) return;
    open(map, data);
    document.documentElement.dataset.ready = "yes";
  }

  document.addEventListener("DOMContentLoaded", start);
})((window.landgis = window.landgis || {}));
