// Bundles frontend/src into gridtown/web/static/build: entries keep their names, shared chunks carry a digest.
// Usage: node build.mjs [output folder]
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "../gridtown/web/static/build"));
const WORTH_COMPRESSING = /\.(js|css|svg|json)$/;

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  legalComments: "linked", // licences of what is bundled lie beside it
  logLevel: "warning",
  outdir: out,
  target: ["chrome100", "firefox100", "safari15.4"],
};

// app.js loads map.js and chart.js only on pages that have a map or a chart.
await build({
  ...common,
  entryPoints: ["src/app.js", "src/map.js", "src/chart.js"],
  format: "esm",
  splitting: true,
  chunkNames: "chunk-[hash]",
});

// MapLibre's worker is a file of its own: map.js says where it is. Left out, the map stays blank.
await build({
  ...common,
  entryPoints: { "map-worker": "maplibre-gl/dist/maplibre-gl-worker.mjs" },
  format: "esm",
});

await build({
  ...common,
  entryPoints: ["src/app.css", "src/map.css"],
  loader: { ".svg": "dataurl", ".woff2": "file" },
});

const names = (await readdir(out)).filter((name) => WORTH_COMPRESSING.test(name)).sort();
const all = createHash("sha256");
for (const name of names) {
  const bytes = await readFile(join(out, name));
  all.update(name).update(bytes);
  const small = gzipSync(bytes, { level: 9 });
  if (small.length < bytes.length) await writeFile(join(out, `${name}.gz`), small);
  const kb = (n) => `${(n / 1024).toFixed(0).padStart(5)} kB`;
  console.log(`${name.padEnd(24)} ${kb(bytes.length)} ${kb(small.length)} gzip`);
}
// One digest over everything: pages may put it behind a file's name so that a browser never mixes two builds.
await writeFile(join(out, "build.json"), JSON.stringify({ version: all.digest("hex").slice(0, 12), files: names }) + "\n");
await stat(join(out, "map-worker.js"));
