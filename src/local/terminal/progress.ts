/** Takes one line for the person who waits. */
export type Progress = (line: string) => void;
