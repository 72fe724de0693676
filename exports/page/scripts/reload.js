// Shows the page anew when the model was saved; what a reader changed is in the address, and stays.

const shown_version = document.documentElement.dataset.version;

async function look() {
  try {
    const found = await (await fetch("/version")).text();
    if (found !== shown_version) location.reload();
  } catch {
    // Whoever serves it has stopped; it may begin again.
  }
}

setInterval(look, 500);
