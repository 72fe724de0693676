// Elements of the page, from names, attributes and texts: a text of the model is never markup.

const SVG_NAMES = new Set("svg g path line rect circle polyline polygon text tspan".split(" "));

// An element of HTML or SVG. A function is a listener, `true` an attribute without a value; what is not there is left out.
function make(tag, attributes = {}, ...children) {
  const is_svg = SVG_NAMES.has(tag);
  const element = is_svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Work in slices that leave room for a frame: a generator goes on until it ends, or until the next one takes its place.
function slicer() {
  let current = null;
  return (generator, done) => {
    current = generator;
    const go_on = () => {
      const until = performance.now() + 8;
      while (current === generator && performance.now() < until) {
        const { value, done: is_done } = generator.next();
        if (is_done) return done(value);
      }
      if (current === generator) setTimeout(go_on);
    };
    go_on();
  };
}

// A function that is called once, some time after it was last asked for.
function later(milliseconds, action) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  };
}

// A function that is called once in the next frame, however often it was asked for.
function in_next_frame(action) {
  let is_asked = false;
  return () => {
    if (is_asked) return;
    is_asked = true;
    requestAnimationFrame(() => {
      is_asked = false;
      action();
    });
  };
}

// What a screen reader says when it has nothing else to say.
const status_line = make("p", { id: "status", role: "status", class: "for-ears" });
document.body.append(status_line);
const announce = (text) => (status_line.textContent = text);
