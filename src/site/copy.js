
for (const button of document.querySelectorAll("button")) {
  const text = document.getElementById(button.value), status = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      text.parentElement.open = true;
      getSelection().selectAllChildren(text);
      document.execCommand("copy");
    }
    status.textContent = button.dataset.done;
    setTimeout(() => { status.textContent = ""; }, 3000);
  });
}
