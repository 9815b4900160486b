// Source: where the page's data come from: written into the page, or fetched from this server.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
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

  const failure = (said) => Object.assign(new Error(said.en), { said });
  const plain = (sentence) => sentence.replace(/[.。]$/, "");

  /** What the server says of its refusal, in both languages, with the status for its operator. */
  async function refusal(answer) {
    const { detail, detail_zh: zh } = await answer.json().catch(() => ({}));
    const status = `HTTP ${answer.status}`;
    return failure(detail ? { zh: `${plain(zh)}（${status}）`, en: `${plain(detail)} (${status})` } : { zh: status, en: status });
  }

  const unreached = () => { throw failure({ zh: t("page.unreached", {}, "zh"), en: t("page.unreached", {}, "en") }); };

  /** What `take` makes of the answer of this server to an address; else an Error that `why` can tell. */
  async function answered(url, accept, take) {
    const answer = await fetch(url, { headers: { Accept: accept } }).catch(unreached);
    if (!answer.ok) throw await refusal(answer);
    return take(answer).catch(unreached);
  }

  /** The JSON at an address of this server. */
  const fetched = (url) => landgis.busy.during(answered(url, "application/json", (answer) => answer.json()));

  /** The bytes at an address of this server. */
  const bytes = (url) => landgis.busy.during(answered(url, "*/*", async (answer) => new Uint8Array(await answer.arrayBuffer())));

  /** Why something failed, in the language of the page. */
  const why = (error) => (error.said ? landgis.words.either(error.said) : error.message);

  /** More idle parcels of a large city, and how to ask for still more. */
  async function idlers(cursor) {
    const { items, next } = await fetched(address("idle-parcels", { cursor }, "api"));
    return { idle: items, next };
  }

  /** Keeps cards that came with something else. */
  const hold = (some) => Object.assign(cards, some);

  /** Everything on the map: carried in the page, else fetched. */
  async function load(given) {
    settings = given;
    const data = carried("landgis-data") || (await fetched(address("scene")));
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

  landgis.source = { load, idlers, hold, card, carried, served, address, fetched, bytes, why, article: (label) => articles[label] };
})((window.landgis = window.landgis || {}));
