export default function Page() {
  return <a href="/api/ask?q=why">Ask</a>;
}
