// Themes: the menu of the panel; each theme is one question of the morning meeting.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el, refill } = landgis.dom;

  /** The layers that a theme wants to see, and that go with it if it brought them; others stay. */
  const WANTED = { conflicts: ["conflicts"], issues: ["flaws"] };

  function menu(state, pages) {
    const item = (name) => el("button", { type: "button", role: "tab", id: `theme-${name}`, "data-theme": name, "aria-controls": "overview",
      "aria-selected": String(state.theme === name), tabindex: state.theme === name ? "0" : "-1", on: { click: () => state.choose(name) } }, t(`theme.${name}`));
    const names = Object.keys(pages);
    const step = (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      state.choose(names[(names.indexOf(state.theme) + by + names.length) % names.length]);
      document.getElementById(`theme-${state.theme}`).focus();
    };
    return el("div", { class: "menu", role: "tablist", "aria-label": t("theme.title"), on: { keydown: step } }, names.map(item));
  }

  /** Draws menu and theme; `pages` are functions that give the nodes of a theme. */
  function themes(pages, legend) {
    const place = document.getElementById("overview");
    const top = document.getElementById("themes");
    const state = { theme: "overview", brought: [] };
    state.draw = () => {
      refill(top, () => [menu(state, pages)]);
      place.setAttribute("aria-labelledby", `theme-${state.theme}`);
      refill(place, () => [pages[state.theme](state.draw)]);
    };
    state.choose = (name) => {
      state.theme = pages[name] ? name : "overview";
      const wanted = WANTED[state.theme] || [];
      for (const layer of state.brought.filter((one) => !wanted.includes(one))) legend.toggle(layer, false);
      state.brought = wanted.filter((layer) => state.brought.includes(layer) || !legend.shown.has(layer));
      for (const layer of state.brought) legend.toggle(layer, true);
      landgis.permalink.note("theme", state.theme === "overview" ? null : state.theme);
      document.getElementById("panel").scrollTop = 0;
      state.draw();
    };
    landgis.words.listen(state.draw);
    landgis.lots.listen(state.draw);
    state.choose(landgis.permalink.wanted().get("theme") || "overview");
    return state;
  }

  landgis.themes = themes;
})((window.landgis = window.landgis || {}));
