// Waits in rounds, whose order does not depend on the clock: timers of one length fire in the order in which
// they were set, so of two waits that begin together the one with fewer rounds always ends first.

export async function rounds(count) {
  for (let i = 0; i < count; i++)
    await new Promise((resolve) => setTimeout(resolve, 1));
}
