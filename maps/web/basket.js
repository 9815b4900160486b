// Basket: parcels set aside by key, kept in the address, and taken away as files by the server.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el } = landgis.dom;
  const FORMS = ["xlsx", "gpkg", "shp", "txt"];
  const MOST = 200;
  const listeners = [];
  let keys = [];

  /** Replaces the whole basket; what is over the limit stays out. */
  function set(some) {
    keys = [...new Set(some)].slice(0, MOST);
    for (const listener of listeners) listener();
  }

  const has = (key) => keys.includes(key);
  const toggle = (key, on) => set(on ? [...keys, key] : keys.filter((one) => one !== key));

  /** A link that downloads some parcels in one of the forms. */
  function link(some, form) {
    const href = landgis.source.address("basket", { keys: JSON.stringify(some), f: form });
    return el("a", { class: "plain", href, download: true, "data-form": form }, form.toUpperCase());
  }

  /** The links for every form, or nothing where there is no server. */
  const links = (some) => (landgis.source.served() ? FORMS.map((form) => link(some, form)) : []);

  /** What is in the basket, with its ways out. */
  function summary() {
    if (!keys.length) return el("span", { class: "quiet" }, t("basket.empty"));
    const full = keys.length === MOST ? el("span", { class: "quiet" }, t("basket.full", { n: MOST })) : null;
    return el("span", { class: "basket" }, el("b", {}, t("basket.chosen", { n: number(keys.length) })), links(keys),
      el("button", { type: "button", class: "plain", id: "basket-clear", on: { click: () => set([]) } }, t("basket.clear")), full);
  }

  landgis.basket = { set, has, toggle, links, summary, keys: () => keys, listen: (listener) => listeners.push(listener) };
})((window.landgis = window.landgis || {}));
