// Charts. The table with the same numbers stays in the page: a chart is never the only way to read them.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

// A line is told from the next by dash and mark as well as by colour, so that a black and white copy says the same.
const DASHES = ["solid", "dashed", "dotted", [12, 4, 2, 4]];
const MARKS = ["circle", "rect", "triangle", "diamond"];
const PRINTED = [640, 240]; // pixels: what fits between the margins of an A4 page

const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Numbers out of a table: the first column names, those whose head has data-series are series. */
function read(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => !row.hasAttribute("data-skip"));
  const shown = [...table.tHead.rows[0].cells].map((head, i) => ({ i, name: head.dataset.name || head.textContent.trim(), type: head.dataset.series })).filter(({ type }) => type);
  const number = (cell) => (cell.dataset.value ? Number(cell.dataset.value) : null);
  return {
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: shown.map(({ i, name, type }) => ({ name, type, data: rows.map((row) => number(row.cells[i])) })),
  };
}

/** What `data-chart` names: the JSON that the page's chart tag wrote, or a table. */
function specOf(place) {
  const source = document.getElementById(place.dataset.chart);
  if (source.tagName !== "TABLE") return JSON.parse(source.textContent);
  const { unit = "", lying, min } = place.dataset;
  return { unit, lying: lying === "yes", min: min ?? null, ...read(source) };
}

function drawn(one, i) {
  const line = { type: one.quiet && i === 1 ? "dashed" : DASHES[i % DASHES.length], width: one.quiet ? 1.75 : 2.5 };
  return { name: one.name, type: one.type, data: one.data, barMaxWidth: 28, symbol: MARKS[i % MARKS.length], symbolSize: one.quiet ? 6 : 8, lineStyle: line, connectNulls: false, z: one.quiet ? 2 : 3 };
}

export function mount(place) {
  const { names, series, unit, lying, min, title } = specOf(place);
  const words = { color: tone("--ink-2"), fontFamily: "inherit" };
  const category = { type: "category", data: names, axisLabel: { ...words, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: tone("--line-2") } }, inverse: lying };
  const value = { type: "value", axisLabel: { ...words, formatter: `{value}${unit}` }, splitLine: { lineStyle: { color: tone("--line") } }, min, max: place.dataset.max ?? null };
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption({
    aria: { enabled: true, label: title ? { description: title } : {}, decal: { show: series.length > 1 } },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350,
    color: [tone("--accent"), tone("--mark"), tone("--fine")],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    legend: series.length > 1 ? { top: 0, textStyle: words, itemWidth: 40 } : undefined,
    tooltip: { trigger: "axis", confine: true, valueFormatter: (n) => (n === null || n === undefined ? "–" : `${n}${unit}`) },
    xAxis: lying ? value : category,
    yAxis: lying ? category : value,
    series: series.map(drawn),
  });
  new ResizeObserver(() => chart.resize()).observe(place);
  addEventListener("beforeprint", () => {
    chart.resize({ width: PRINTED[0], height: PRINTED[1], animation: { duration: 0 } });
    chart.getZr().flush(); // paper does not wait for the next frame
  });
  addEventListener("afterprint", () => chart.resize({ width: "auto", height: "auto" }));
  place.dataset.ready = "yes";
  return chart;
}
