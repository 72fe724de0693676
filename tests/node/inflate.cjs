// Unpacks what is given, each of a size, by the script of a page.
const { script, packed, sizes } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const inflate = new Function(`"use strict";${script};return inflate`)();
const found = packed.map((text, k) => Buffer.from(inflate(Buffer.from(text, "base64"), sizes[k])).toString("base64"));
console.log(JSON.stringify(found));
