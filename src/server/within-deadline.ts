/** What a promise comes to, or undefined where that takes longer than `deadline` milliseconds or fails. */
export function withinDeadline<T>(
  promise: Promise<T>,
  deadline: number,
  onFailure: (error: unknown) => void,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const giveUp = (error: unknown): void => {
      clearTimeout(timer);
      onFailure(error);
      resolve(undefined);
    };
    const timer = setTimeout(giveUp, deadline, new Error(`no answer within ${deadline} ms`));
    promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    }, giveUp);
  });
}
