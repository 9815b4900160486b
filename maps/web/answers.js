// Answers: what the page asks of its server; each is kept a while, and told when it is there.
"use strict";
(function (landgis) {
  const MOST = 24;
  const kept = new Map();

  /** The answer to an address, or null while it is on its way; then `ready` is called, once. */
  function ask(url, ready) {
    const held = kept.get(url);
    if (held) {
      if (!held.said) held.waiting.add(ready);
      return held.said;
    }
    const one = { said: null, waiting: new Set([ready]) };
    kept.set(url, one);
    if (kept.size > MOST) kept.delete(kept.keys().next().value);
    const tell = () => { for (const show of one.waiting) show(); };
    landgis.source.fetched(url).then(
      (said) => { one.said = said; tell(); },
      (why) => { kept.delete(url); landgis.alarm(why, tell); },
    );
    return null;
  }

  landgis.answers = { ask };
})((window.landgis = window.landgis || {}));
