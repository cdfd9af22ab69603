/**
 * Tokens of containers: made by a compute node for a result of its own, for the image of the task and no other. A token is
 * bound to that result: it is worth nothing from the moment on that the result is final, whatever is written in it.
 */
