// Makes the drawings of charts answer to the pointer. The drawing of the server stays where this cannot run.
"use strict";

const own = document.currentScript.dataset;
let vega;

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function ready() {
  vega ??= load(own.vega).then(() => load(own.vegaLite)).then(() => load(own.vegaEmbed));
  return vega;
}

async function enliven(drawing) {
  const ink = matchMedia("(prefers-color-scheme: dark)").matches ? "donker" : "licht";
  const [answer] = await Promise.all([fetch(`${drawing.dataset.chart}&inkt=${ink}`), ready()]);
  if (!answer.ok) return;
  const definition = await answer.json();
  definition.width = "container";
  definition.autosize = { type: "fit-x", contains: "padding" };
  const picture = drawing.querySelector("picture");
  const stage = document.createElement("div");
  stage.className = "stage";
  stage.setAttribute("role", "img");
  stage.setAttribute("aria-label", picture.querySelector("img").alt);
  drawing.append(stage);
  await vegaEmbed(stage, definition, {
    mode: "vega-lite",
    ast: true,
    actions: false,
    renderer: "canvas",
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  });
  picture.classList.add("replaced");
}

function everyChart() {
  if (matchMedia("print").matches) return;
  for (const drawing of document.querySelectorAll("[data-chart]:not([data-lively])")) {
    drawing.dataset.lively = "";
    enliven(drawing).catch(() => drawing.querySelector(".stage")?.remove());
  }
}

everyChart();
document.addEventListener("htmx:after:swap", everyChart);
