// Reads programs of pages, each with arrays of numbers as JSON, and prints what each computes of each array.
const fs = require("node:fs");

const given = JSON.parse(fs.readFileSync(0, "utf8"));
const number = (x) => (x === null ? NaN : x);
const found = given.map(({ program, cases }) => {
  const calculate = new Function(`"use strict";${program};return calculate`)();
  return cases.map((values) => Array.from(calculate(Float64Array.from(values, number))));
});
// JSON has no infinity.
console.log(JSON.stringify(found, (_, x) => (typeof x === "number" && !Number.isFinite(x) ? null : x)));
