// Permalink: the address holds date, language, view, filter, theme, open card and basket.
"use strict";
(function (landgis) {
  const { asked, basket, words } = landgis;
  const noted = new Map();
  let [map, served, shown] = [null, "", null];

  /** What the address asks for behind its `#`. */
  const wanted = () => new URLSearchParams(location.hash.slice(1));

  function write() {
    if (!map) return;
    const { lat, lng } = map.getCenter();
    const parts = [["at", `${map.getZoom()}/${lat.toFixed(6)}/${lng.toFixed(6)}`], ["lang", words.lang()], ...noted, ...asked.parameters()];
    if (basket.keys().length) parts.push(["basket", JSON.stringify(basket.keys())]);
    history.replaceState(null, "", `${location.pathname}${served}#${new URLSearchParams(parts)}`);
  }

  /** Keeps one part of the address in step; null takes it out. */
  function note(name, value) {
    if (value === null) noted.delete(name);
    else noted.set(name, value);
    write();
  }

  /** Whether the map is as large as its place. */
  function sized(map) {
    const [{ x, y }, place] = [map.getSize(), map.getContainer()];
    return x === place.clientWidth && y === place.clientHeight;
  }

  /** Shows the view that an address asks for; false if it asks for none. The map may have been
   * given another size since it was measured last; told later, it would move its middle. */
  function view(map, at) {
    const [zoom, lat, lon] = (at || "").split("/").map(Number);
    if (!at || ![zoom, lat, lon].every(Number.isFinite) || Math.abs(lat) > 90) return false;
    if (at === shown && sized(map)) return true;
    shown = at;
    // Without a reset a map that is less than a pixel away stays where it is.
    map.invalidateSize({ animate: false, pan: false }).setView([lat, lon], zoom, { animate: false, reset: true });
    return true;
  }

  /** JSON that should be a list of texts, else nothing: an address may say anything. */
  function texts(said) {
    try {
      const list = JSON.parse(said || "[]");
      return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }

  /** Narrows the land down as the address says. */
  const narrow = (data, hash) => asked.read(hash, { ...data.options, stage: data.legend.stages.map((row) => row.stage) });

  /** Puts the page as the address says it, then keeps the address as the page is. */
  function permalink(on, data, hash) {
    map = on;
    const query = new URLSearchParams(location.search);
    if (landgis.source.served()) query.set("on", data.on);
    query.delete("lang");
    served = [...query].length ? `?${query}` : "";
    view(map, hash.get("at"));
    narrow(data, hash);
    basket.set(texts(hash.get("basket")));
    map.on("moveend", write);
    asked.listen(write);
    basket.listen(write);
    words.listen(write);
    write();
  }

  landgis.permalink = Object.assign(permalink, { wanted, note, view, narrow });
})((window.landgis = window.landgis || {}));
