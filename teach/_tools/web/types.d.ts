/** What the page of a problem set shares among its scripts. For `tsc --checkJs` alone, which a test runs. */
interface Window {
  certificates: Record<string, (given: any, answer: any) => any[][]>;
  problemDraws: {
    sha256: (text: string) => number[];
    draw: (parameters: any, ...parts: string[]) => Record<string, any>;
  };
  problemSet: object;
}
