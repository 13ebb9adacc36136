// The square of a portrait, dragged on the picture or moved by keys. The sliders of the form say the
// same in percent: they are what is sent, and all there is where this does not run.

const STEP = 2;
const form = document.querySelector("[data-crop-form]");
const cropper = form.querySelector("[data-cropper]");
const picture = cropper.querySelector("img");
const square = cropper.querySelector("[data-square]");
const sliders = Object.fromEntries(["size", "x", "y"].map((name) => [name, form.elements[name]]));

const percent = (name) => Number(sliders[name].value);

function set(name, value) {
  sliders[name].value = String(value); // a slider keeps within its limits by itself
}

function geometry() {
  const { clientWidth: width, clientHeight: height } = picture;
  const side = (Math.min(width, height) * percent("size")) / 100;
  return { side, roomX: width - side, roomY: height - side };
}

function draw() {
  const { side, roomX, roomY } = geometry();
  Object.assign(square.style, {
    blockSize: `${side}px`,
    inlineSize: `${side}px`,
    left: `${(roomX * percent("x")) / 100}px`,
    top: `${(roomY * percent("y")) / 100}px`,
  });
}

function moveTo(left, top) {
  const { roomX, roomY } = geometry();
  if (roomX > 0) set("x", (left / roomX) * 100);
  if (roomY > 0) set("y", (top / roomY) * 100);
  draw();
}

function resize(change) {
  set("size", percent("size") + change);
  draw();
}

square.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  const start = { x: event.clientX - square.offsetLeft, y: event.clientY - square.offsetTop };
  const follow = (move) => moveTo(move.clientX - start.x, move.clientY - start.y);
  const stop = () => square.removeEventListener("pointermove", follow);
  square.setPointerCapture(event.pointerId);
  square.addEventListener("pointermove", follow);
  square.addEventListener("pointerup", stop, { once: true });
  square.addEventListener("pointercancel", stop, { once: true });
});

const KEYS = {
  ArrowLeft: () => set("x", percent("x") - STEP),
  ArrowRight: () => set("x", percent("x") + STEP),
  ArrowUp: () => set("y", percent("y") - STEP),
  ArrowDown: () => set("y", percent("y") + STEP),
  "+": () => set("size", percent("size") + STEP),
  "=": () => set("size", percent("size") + STEP),
  "-": () => set("size", percent("size") - STEP),
};

square.addEventListener("keydown", (event) => {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  KEYS[event.key]();
  draw();
});

square.addEventListener("wheel", (event) => {
  if (document.activeElement !== square) return; // scrolling past it changes nothing
  event.preventDefault();
  resize(event.deltaY < 0 ? STEP : -STEP);
}, { passive: false });

for (const slider of Object.values(sliders)) slider.addEventListener("input", draw);

function start() {
  square.hidden = false;
  draw();
  new ResizeObserver(draw).observe(picture);
}

if (picture.complete) start();
else picture.addEventListener("load", start);
