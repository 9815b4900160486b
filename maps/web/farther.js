// Farther: layers of a large city that are fetched when they are first shown: conflicts and issues.
"use strict";
(function (landgis) {
  const { source, lots } = landgis;

  /** Runs `take` with the answer when the group is shown for the first time. */
  function once(group, name, take) {
    const load = async () => {
      group.off("add", load);
      try {
        take(await source.fetched(source.address(name)));
        lots.tell();
      } catch (why) {
        group.on("add", load);
        landgis.alarm(why, load);
      }
    };
    group.on("add", load);
  }

  /** Makes conflicts and issues come when they are wanted. */
  function farther(data, groups) {
    once(groups.conflicts, "clashes", (said) => {
      source.hold(said.cards);
      data.clashes = said;
      data.legend.conflicts = { count: said.count, area: said.area };
      groups.conflicts.addData(said.layer);
    });
    once(groups.flaws, "flaws", (said) => {
      data.flaws = said.flaws;
      groups.flaws.addData(said.points);
    });
  }

  landgis.farther = farther;
})((window.landgis = window.landgis || {}));
