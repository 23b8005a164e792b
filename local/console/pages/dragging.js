// Drags over a time axis: what is dragged over becomes the zoom, as on CloudWatch's own charts.

const LEAST = 6;
const shade = document.createElement("div");
shade.id = "dragged";
shade.hidden = true;

// Calls `zoom` with the first and the last moment of what somebody drags over, in a chart that says its own.
export function listenToDragging(root, zoom) {
  document.body.append(shade);
  let from = null;
  root.addEventListener("pointerdown", (happened) => {
    const chart = happened.target.closest("svg[data-since]");
    if (!chart || happened.button) return;
    from = { chart, x: happened.clientX };
    happened.preventDefault();
  });
  document.addEventListener("pointermove", (happened) => {
    if (!from) return;
    const { top, height } = from.chart.getBoundingClientRect();
    const [left, right] = [from.x, happened.clientX].sort((one, other) => one - other);
    Object.assign(shade.style, { left: `${left}px`, width: `${right - left}px`, top: `${top}px`, height: `${height}px` });
    shade.hidden = right - left < LEAST;
  });
  document.addEventListener("pointerup", (happened) => {
    if (!from) return;
    const { chart, x } = from;
    from = null;
    shade.hidden = true;
    if (Math.abs(happened.clientX - x) < LEAST) return;
    const [start, end] = [x, happened.clientX].map((each) => momentAt(chart, each)).sort((one, other) => one - other);
    if (start < end) zoom(start, end);
  });
}

function momentAt(chart, x) {
  const { since, until, left, right } = chart.dataset;
  const box = chart.getBoundingClientRect();
  const scale = box.width / chart.viewBox.baseVal.width;
  const part = (x - box.left - left * scale) / ((right - left) * scale);
  return Number(since) + Math.min(1, Math.max(0, part)) * (until - since);
}
