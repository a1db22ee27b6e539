// Charts. The table with the same numbers stays in the page: a chart is never the only way to read them.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** Draw the ECharts option in the <script type="application/json"> whose id is `place.dataset.chart`. */
export function mount(place) {
  const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption({ aria: { enabled: true }, ...option });
  new ResizeObserver(() => chart.resize()).observe(place);
  place.dataset.ready = "yes";
  return chart;
}
