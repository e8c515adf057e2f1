/** The tests' workflows need no activities; a module has to be there. */
export async function unused(): Promise<void> {}
