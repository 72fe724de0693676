// Unpacks the model and the script, each as what it is: data as text, and a script that the page's policy names by its hash.

const packed = document.getElementById("packed");
const packed_bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
const unpacked = new TextDecoder().decode(inflate(packed_bytes, Number(packed.dataset.size)));
const end_of_model = unpacked.indexOf("\0");
for (const [type, text] of [["application/json", unpacked.slice(0, end_of_model)], ["", unpacked.slice(end_of_model + 1)]]) {
  const element = document.createElement("script");
  element.type = type;
  element.id = type ? "model" : "script";
  element.textContent = text;
  document.body.append(element);
}
