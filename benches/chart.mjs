// results.svg, by vega-lite: what a request costs, and below it one panel a workload and a runtime, the CPU
// time of a span.

import { parse, View } from "vega";
import { compile } from "vega-lite";
import { nameOf, workerNameOf } from "./table.mjs";

const PLACES = ["Node", "workerd"];
const STEPS = {
  "W1 full": "generic span",
  "W2 full": "LLM span",
  "W2U full": "LLM span, not ASCII",
};

/** One bar for each Worker: what telemetry adds to a warm request with 5 spans. */
function requests({ warm }) {
  const values = Object.entries(warm)
    .filter(([name]) => name !== "untraced")
    .map(([name, { over }]) => ({
      name: workerNameOf(name),
      kind: name.startsWith("ours")
        ? "ours"
        : name === "bare-post"
          ? "floor"
          : "peer",
      us: over.median,
      label: over.median.toFixed(0),
      room:
        1.15 * Math.max(...Object.values(warm).map((one) => one.over.median)),
    }));
  return {
    data: { values },
    title: {
      ...TITLE,
      text: "µs of CPU that telemetry adds to a request with 5 spans, in workerd: less is better",
    },
    width: 640,
    height: 165,
    layer: layers(),
    encoding: bars(values.map(({ name }) => name)),
  };
}

const TITLE = {
  color: "currentColor",
  fontWeight: "normal",
  fontSize: 14,
  offset: 14,
  anchor: "start",
};

const layers = () => [
  {
    // Leaves space for the figure after the longest bar.
    mark: { type: "point", opacity: 0 },
    encoding: { x: { field: "room", type: "quantitative" } },
  },
  {
    mark: { type: "bar", cornerRadiusEnd: 2 },
    encoding: {
      color: {
        field: "kind",
        type: "nominal",
        legend: null,
        scale: {
          domain: ["ours", "peer", "floor"],
          range: ["#e8590c", "#748ffc", "#adb5bd"],
        },
      },
    },
  },
  {
    mark: { type: "text", align: "left", dx: 4, fontSize: 11 },
    encoding: { text: { field: "label" } },
  },
];

const bars = (order) => ({
  y: {
    field: "name",
    type: "nominal",
    sort: order,
    title: null,
    axis: { labelLimit: 0 },
  },
  x: {
    field: "us",
    type: "quantitative",
    title: null,
    axis: { grid: false, tickCount: 4 },
    scale: { nice: false, domainMin: 0 },
  },
});

export async function chart(results) {
  const values = PLACES.flatMap((place) =>
    Object.entries(STEPS).flatMap(([step, title]) =>
      Object.entries(results[`recording in ${place}`][step]).map(
        ([name, found]) => ({
          place,
          title,
          name: nameOf(name),
          kind:
            name === "ours"
              ? "ours"
              : name.startsWith("floor")
                ? "floor"
                : "peer",
          us: found.median / 1000,
          label: (found.median / 1000).toFixed(1),
        }),
      ),
    ),
  );
  for (const each of values)
    each.room =
      1.25 *
      Math.max(
        ...values
          .filter(
            ({ title, place }) => title === each.title && place === each.place,
          )
          .map(({ us }) => us),
      );
  const order = [...new Set(values.map(({ name }) => name))];
  const spans = {
    data: { values },
    title: {
      ...TITLE,
      text: "µs of CPU to record a span and encode it: less is better",
    },
    spacing: 24,
    facet: {
      row: {
        field: "place",
        title: null,
        sort: PLACES,
        header: { labelFontSize: 14, labelFontWeight: "bold" },
      },
      column: {
        field: "title",
        title: null,
        sort: Object.values(STEPS),
        header: { labelFontSize: 14 },
      },
    },
    resolve: { scale: { x: "independent" } },
    spec: { width: 190, height: 165, layer: layers(), encoding: bars(order) },
  };
  const { spec } = compile({
    vconcat: [requests(results["cost of a request"]), spans],
    spacing: 36,
    resolve: { scale: { x: "independent", y: "independent" } },
    config: {
      background: null,
      font: "system-ui, sans-serif",
      view: { stroke: null },
      text: { color: "currentColor" },
      axis: {
        labelColor: "currentColor",
        titleColor: "currentColor",
        domainColor: "currentColor",
        tickColor: "currentColor",
        titleFontWeight: "normal",
        labelFontSize: 12,
        labelLimit: 200,
      },
      header: { labelColor: "currentColor" },
    },
  });
  const svg = await new View(parse(spec), { renderer: "none" }).toSVG();
  // An image cannot see its page's colours, only the reader's preferred scheme.
  const style =
    "<style>svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>";
  return svg.replace(/(<svg[^>]*>)/, `$1${style}`);
}
