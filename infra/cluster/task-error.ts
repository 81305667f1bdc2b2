/** Why a task stopped, in a sentence that says what to do. Its message is all that a user sees. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}
