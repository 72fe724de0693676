// The page of another version is shown as this one stands: scenario and changes are in the address.

for (const link of document.querySelectorAll(".versions a")) {
  link.addEventListener("click", () => {
    link.hash = location.hash;
  });
}
