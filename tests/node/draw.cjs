// Reads scripts of pages, and calls of their functions as JSON, and prints what each returns, of numbers that are none null.
const fs = require("node:fs");

const { scripts, name, calls } = JSON.parse(fs.readFileSync(0, "utf8"), (_, x) => (x === "NaN" ? NaN : x));
const call = new Function(`"use strict";${scripts};return ${name}`)();
console.log(JSON.stringify(calls.map((given) => call(...given))));
