// The picture of the map: the drawing made by the server, painted on a canvas and saved as PNG.

const SCALE = 2; // pixels of the picture for one unit of the drawing: sharp once printed

async function paint(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} : ${response.status}`);
  const drawing = URL.createObjectURL(new Blob([await response.text()], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = drawing;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(drawing);
  }
}

async function save(button) {
  const picture = URL.createObjectURL(await paint(button.dataset.image));
  const link = document.createElement("a");
  link.href = picture;
  link.download = button.dataset.nom;
  link.click();
  URL.revokeObjectURL(picture);
}

export function followImages() {
  for (const button of document.querySelectorAll("[data-image]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-image]");
    if (button) save(button).catch(() => location.assign(button.dataset.image));
  });
}
