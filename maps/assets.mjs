// Copies what the pages load in the browser into static/: our own files and Leaflet.
// Nothing is bundled or changed, so that what is served can be compared with its source.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = join(here, "static");

const COPIES = [
  [join(here, "web"), "."],
  [join(modules, "leaflet/dist/leaflet.js"), "leaflet/leaflet.js"],
  [join(modules, "leaflet/dist/leaflet.css"), "leaflet/leaflet.css"],
  [join(modules, "leaflet/dist/images"), "leaflet/images"],
  [join(modules, "leaflet/LICENSE"), "leaflet/LICENSE"],
];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [source, name] of COPIES) {
  cpSync(source, join(target, name), { recursive: true });
}
