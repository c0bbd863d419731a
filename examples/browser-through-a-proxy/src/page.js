import { Laminar, observe } from "laminar-edge";

// There is no key here, because everybody can read a page. The page's server adds it.
Laminar.initialize({ baseUrl: location.origin });

const form = document.querySelector("form");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const question = new FormData(form).get("question");
  document.querySelector("output").textContent = await observe(
    { name: "ask" },
    answer,
    question,
  );
});

async function answer(question) {
  return `${question}? Because.`;
}
