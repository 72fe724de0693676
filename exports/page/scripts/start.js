// Unpacks the model, the style of what scripts add, and the scripts: each is added as what it is, data as text, and style and
// scripts where the page's policy names their hashes.

const packed = document.getElementById("packed");
const packed_bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
const unpacked = new TextDecoder().decode(inflate(packed_bytes, Number(packed.dataset.size))).split("\0");
for (const [tag, type, text] of [["script", "application/json", unpacked[0]], ["style", "", unpacked[1]], ["script", "", unpacked[2]]]) {
  const element = document.createElement(tag);
  if (type) element.type = type;
  if (type) element.id = "model";
  element.textContent = text;
  document.body.append(element);
}
