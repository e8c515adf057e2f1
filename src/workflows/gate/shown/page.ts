import { setCurrentDetails } from '@temporalio/workflow';

/** Each workflow has its modules to itself, so this is the page of one gate. */
let textOfPage: (() => string) | undefined;

/** Gives the gate's page in the Web UI its text, in Markdown. The text is made when somebody reads it, never before. */
export function showPage(text: () => string): void {
  textOfPage = text;
}

/** Called before each query: the Web UI reads a page by one that the SDK answers itself, with what `setCurrentDetails` left. */
export function refreshPage(): void {
  if (textOfPage !== undefined) setCurrentDetails(textOfPage());
}
