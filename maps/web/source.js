// Source: where the page's data come from: written into the page, or fetched from this server.
"use strict";
(function (landgis) {
  const LISTED = 200;
  let settings = {};
  let cards = {};
  let articles = {};

  /** The JSON that the page carries under `id`, or null. */
  function carried(id) {
    const node = document.getElementById(id);
    return node ? JSON.parse(node.textContent) : null;
  }

  const served = () => Boolean(settings.served);

  /** The address of something on this server for the date and revision of the page. */
  function address(name, parameters, of = "map") {
    return `${settings.served[of]}/${name}?${new URLSearchParams({ ...settings.pinned, ...parameters })}`;
  }

  async function fetched(url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.json();
  }

  /** Some idle parcels of a large city and how to ask for more: `limit` or `cursor`. */
  async function idlers(asked) {
    const { items, next } = await fetched(address("idle-parcels", asked, "api"));
    return { idle: items, next };
  }

  /** Keeps cards that came with something else. */
  const hold = (some) => Object.assign(cards, some);

  /** Everything on the map: carried in the page, else fetched. */
  async function load(given) {
    settings = given;
    const data = carried("landgis-data") || (await fetched(address("scene")));
    if (data.large) Object.assign(data, await idlers({ limit: LISTED }));
    cards = data.cards;
    articles = data.articles;
    return data;
  }

  /** The card of one feature, `key` as in its properties: `layer:id`. */
  async function card(key) {
    if (Object.hasOwn(cards, key)) return cards[key];
    if (!served()) throw new Error(key);
    return fetched(address("card", { key }));
  }

  landgis.source = { load, idlers, hold, card, carried, served, address, fetched, article: (label) => articles[label] };
})((window.landgis = window.landgis || {}));
