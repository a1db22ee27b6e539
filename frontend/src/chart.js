// Charts. The table with the same numbers stays in the page: a chart is never the only way to read them.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Read the numbers out of the table whose id is `data-chart`: the first column names, the others are series. */
function read(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => !row.hasAttribute("data-skip"));
  const heads = [...table.tHead.rows[0].cells];
  const shown = heads.map((head, i) => ({ i, name: head.dataset.name || head.textContent.trim(), as: head.dataset.series })).filter(({ as }) => as);
  const number = (cell) => (cell.dataset.value ? Number(cell.dataset.value) : null);
  return {
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: shown.map(({ i, name, as }) => ({ name, type: as, data: rows.map((row) => number(row.cells[i])) })),
  };
}

export function mount(place) {
  const { names, series } = read(document.getElementById(place.dataset.chart));
  const lying = place.dataset.lying === "yes";
  const words = { color: tone("--ink-2"), fontFamily: "inherit" };
  const category = { type: "category", data: names, axisLabel: words, axisTick: { show: false }, axisLine: { lineStyle: { color: tone("--line-2") } }, inverse: lying };
  const value = { type: "value", axisLabel: { ...words, formatter: `{value}${place.dataset.unit ?? ""}` }, splitLine: { lineStyle: { color: tone("--line") } }, min: place.dataset.min ?? null, max: place.dataset.max ?? null };
  const colours = [tone("--accent"), tone("--mark"), tone("--fine")];
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption({
    aria: { enabled: true, decal: { show: series.length > 1 } },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350,
    color: colours,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    legend: series.length > 1 ? { top: 0, textStyle: words } : undefined,
    tooltip: { trigger: "axis", confine: true, valueFormatter: (n) => (n === null ? "–" : `${n}${place.dataset.unit ?? ""}`) },
    xAxis: lying ? value : category,
    yAxis: lying ? category : value,
    series: series.map((one) => ({ ...one, barMaxWidth: 28, symbolSize: 7, lineStyle: { width: 2.5 }, connectNulls: false })),
  });
  new ResizeObserver(() => chart.resize()).observe(place);
  place.dataset.ready = "yes";
  return chart;
}
