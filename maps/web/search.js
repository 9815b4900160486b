// Search: suggestions by supply number, parcel code, project or holder, by pointer or keyboard.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el } = landgis.dom;
  const SHOWN = 12;
  const PAUSE_MS = 250;

  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

  /** Rows that hold `typed` anywhere; those that begin with it come first. */
  function matches(index, typed) {
    const wanted = plain(typed);
    const hits = index.filter((entry) => entry.text.includes(wanted));
    const begins = (entry) => entry.words.some((word) => word.startsWith(wanted));
    return [...hits.filter(begins), ...hits.filter((entry) => !begins(entry))];
  }

  function entry(row) {
    const words = [row.supply_id, row.parcel_code, row.project_name, row.holder, row.location].map((text) => plain(text || ""));
    return { row, words, text: words.join("\n") };
  }

  /** Districts and parks by name, each with what of the map it takes. */
  function places(data) {
    return ["districts", "parks"].flatMap((layer) => data.layers[layer].features.map((feature) => {
      const bounds = L.geoJSON(feature).getBounds();
      const words = [plain(feature.properties.name)];
      return { row: { place: layer, project_name: feature.properties.name, bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] }, words, text: words[0] };
    }));
  }

  function option(row, at, take) {
    return el("li", { role: "option", id: `suggestion-${at}`, "aria-selected": "false", on: { mousedown: (event) => { event.preventDefault(); take(row); } } },
      el("b", {}, row.project_name || t("card.unnamed")), row.place ? el("em", { class: "tag" }, t(`legend.${row.place}`)) : el("em", { class: `tag ${row.standing}` }, t(`standing.${row.standing}`)),
      el("span", { class: "quiet" }, [row.supply_id, row.parcel_code, row.holder, row.location].filter(Boolean).join(" · ")));
  }

  /** Wires the search box to `data`; a supply calls `choose(key, true)`, a place `zoom(bounds)`. */
  function search(data, choose, zoom) {
    const box = document.getElementById("search");
    const place = document.getElementById("suggestions");
    const said = document.getElementById("search-said");
    const index = [...places(data), ...data.supplies.map(entry)];
    let shown = [];
    let answer = () => "";
    let asking = null;
    let active = -1;

    function close() {
      place.hidden = true;
      active = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }
    function take(row) {
      close();
      if (row.bounds) zoom(row.bounds);
      else choose(`supplies:${row.supply_id}`, true);
    }
    function highlight(to) {
      active = (to + shown.length) % shown.length;
      [...place.children].forEach((node, i) => node.setAttribute("aria-selected", String(i === active)));
      place.children[active].scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", `suggestion-${active}`);
    }
    function fail(why) {
      answer = () => t("search.failed", { why: landgis.source.why(why) });
      place.replaceChildren(el("li", { class: "rest", role: "presentation" }, answer()));
      tell();
    }
    /** Of a large city the server looks, once the typing pauses; what is overtaken is dropped. */
    function farther(typed) {
      place.replaceChildren(el("li", { class: "rest", role: "presentation" }, t("page.loading")));
      place.hidden = false;
      clearTimeout(asking);
      asking = setTimeout(async () => {
        const still = () => box.value.trim() === typed && !place.hidden;
        try {
          const found = await landgis.source.fetched(landgis.source.address("search", { q: typed }));
          const named = matches(index, typed);
          if (still()) list([...named, ...found.items.map(entry)], typed, named.length + found.count);
        } catch (why) {
          if (still()) fail(why);
        }
      }, PAUSE_MS);
    }
    const tell = () => { said.textContent = answer(); };
    function suggest() {
      const typed = box.value.trim();
      answer = () => "";
      tell();
      if (!typed) return close();
      if (data.large) return farther(typed);
      return list(matches(index, typed), typed);
    }
    function list(found, typed, count = found.length) {
      shown = found.slice(0, SHOWN).map((hit) => hit.row);
      const rest = count > shown.length ? el("li", { class: "rest", role: "presentation" }, t("search.more", { n: number(count), m: shown.length })) : null;
      const none = found.length ? null : el("li", { class: "rest", role: "presentation" }, t("search.none", { q: typed }));
      place.replaceChildren(...[...shown.map((row, i) => option(row, i, take)), rest, none].filter(Boolean));
      place.hidden = false;
      box.setAttribute("aria-expanded", "true");
      answer = () => found.length ? t("search.found", { n: number(count) }) : t("search.none", { q: typed });
      tell();
      return active = -1;
    }
    const keys = {
      ArrowDown: () => shown.length && highlight(active + 1),
      ArrowUp: () => shown.length && highlight(active < 0 ? -1 : active - 1),
      Enter: () => { if (!place.hidden && shown.length) take(shown[Math.max(active, 0)]); },
      Escape: () => close(),
    };
    landgis.words.listen(() => { if (place.hidden) tell(); else suggest(); });
    box.addEventListener("input", suggest);
    box.addEventListener("focus", () => { if (box.value.trim()) suggest(); });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (!keys[event.key]) return;
      if (event.key !== "Enter") event.preventDefault();
      if (event.key === "Escape" && !place.hidden) event.stopPropagation();
      keys[event.key]();
    });
  }

  landgis.search = search;
})((window.landgis = window.landgis || {}));
