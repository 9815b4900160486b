// Words: one table, two languages, Chinese first; whoever shows words listens for a change.
"use strict";
(function (landgis) {
  const listeners = [];
  let table = {};
  let lang = "zh";

  /** The word for `key` in the current language or the one given, with {name} filled from `values`. */
  function t(key, values, given = lang) {
    const word = table[key];
    const text = word ? word[given] : key;
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : text;
  }

  /** Of a text that the core gives in both languages, the one to show. */
  function either(both) {
    return typeof both === "string" ? both : both[lang];
  }

  /** Writes every word that stands in the page itself. */
  function relabel() {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.title = t("page.title");
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
    for (const node of document.querySelectorAll("[data-t-label]"))
      node.setAttribute("aria-label", t(node.dataset.tLabel));
    for (const node of document.querySelectorAll("[data-t-title]")) node.title = t(node.dataset.tTitle);
    for (const node of document.querySelectorAll("[data-t-hint]"))
      node.placeholder = t(node.dataset.tHint);
    for (const button of document.querySelectorAll("[data-lang]"))
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  }

  function speak(to) {
    lang = to;
    relabel();
    for (const listener of listeners) listener();
  }

  landgis.words = {
    t,
    either,
    speak,
    load: (words) => { table = words; },
    listen: (listener) => listeners.push(listener),
    lang: () => lang,
  };
})((window.landgis = window.landgis || {}));
