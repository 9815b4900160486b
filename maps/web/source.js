// Source: where the page's data come from: written into the page, or fetched from this server.
"use strict";
(function (landgis) {
  let settings = {};
  let cards = {};
  let articles = {};

  /** The JSON that the page carries under `id`, or null. */
  function carried(id) {
    const node = document.getElementById(id);
    return node ? JSON.parse(node.textContent) : null;
  }

  async function fetched(url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.json();
  }

  /** Everything on the map; `settings.dataUrl` is used if the page carries nothing. */
  async function load(given) {
    settings = given;
    const data = carried("landgis-data") || (await fetched(settings.dataUrl));
    cards = data.cards;
    articles = data.articles;
    return data;
  }

  /** The card of one feature, `key` as in its properties: `layer:id`. */
  async function card(key) {
    if (cards[key]) return cards[key];
    if (!settings.cardUrl) throw new Error(key);
    const join = settings.cardUrl.includes("?") ? "&" : "?";
    return fetched(`${settings.cardUrl}${join}key=${encodeURIComponent(key)}`);
  }

  landgis.source = { load, card, carried, article: (label) => articles[label] };
})((window.landgis = window.landgis || {}));
